"""我的通知: the notices of elders and families."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from yinling.core.access.permissions import Permission
from yinling.core.web import requires
from yinling.shell.office import notices_page


@never_cache
@requires(Permission.VIEW_OWN_FILE)
def my_notices(request: HttpRequest) -> HttpResponse:
    """As `office.notices`, in the frame of the public pages."""
    return notices_page(request, "shell/my_notices.html", "shell:my_notices")
