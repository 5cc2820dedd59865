"""A body that is too large is refused by what it says of itself, before it is read."""

import io

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from yinling.core.bodies import BodyLimitMiddleware, takes_upload

GIGABYTES = 2 << 30


class Unreadable(io.RawIOBase):
    """A body that fails the test when anyone reads it."""

    def readable(self) -> bool:
        return True

    def read(self, *_: object) -> bytes:
        raise AssertionError("the body was read")

    readinto = read


@pytest.mark.parametrize("path", ["/login/", "/office/places/new/"])
def test_two_gigabytes_are_refused_unread_with_a_page(db, path):
    response = Client().generic(
        "POST",
        path,
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(GIGABYTES),
        **{"wsgi.input": Unreadable()},
    )
    assert response.status_code == 413
    page = response.content.decode()
    assert "2048 MB" in page and "25 MB" in page


def test_a_page_may_take_more_and_says_how_much(db):
    @takes_upload(100 << 20)
    def view(request):
        return HttpResponse()

    def asked(size):
        request = RequestFactory().post("/", CONTENT_LENGTH=str(size))
        return BodyLimitMiddleware(view).process_view(request, view, (), {})

    assert asked(100 << 20) is None
    assert asked((100 << 20) + 1).status_code == 413


@pytest.mark.parametrize("length", ["-1", "１２", "many", "9" * 400])
def test_a_strange_length_is_no_way_around(db, length):
    response = Client().generic("POST", "/login/", CONTENT_LENGTH=length, **{"wsgi.input": Unreadable()})
    assert response.status_code in (400, 413)
