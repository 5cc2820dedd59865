"""Filters and globals of the template environment."""

from collections.abc import Callable, Hashable, Iterable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django_htmx.jinja import htmx_script
from jinja2 import Environment
from markupsafe import Markup

from yinling.kernel.identity import mask_phone
from yinling.kernel.money import yuan
from yinling.kernel.periods import Month
from yinling.rulebook.sign_in import sign_in_rules

NOTHING = "—"


def day(value: date | datetime | None) -> str:
    """`2026年10月20日`; nothing is a dash."""
    if value is None:
        return NOTHING
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return f"{value.year}年{value.month}月{value.day}日"


def when(value: datetime | None) -> str:
    """`2026年10月20日 14:05` in local time."""
    if value is None:
        return NOTHING
    local = timezone.localtime(value)
    return f"{day(local.date())} {local:%H:%M}"


def clock(value: datetime | None) -> str:
    """`14:05` in local time."""
    return NOTHING if value is None else f"{timezone.localtime(value):%H:%M}"


def iso(value: date | datetime | None) -> str:
    """`2026-10-20`, for tables, where columns must line up, and for `datetime` attributes."""
    if value is None:
        return NOTHING
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return value.isoformat()


def month_label(value: date | Month | str | None) -> str:
    """`2026年10月`, from a date, a Month or `2026-10`."""
    if not value:
        return NOTHING
    if isinstance(value, str):
        value = Month.parse(value)
    return value.label if isinstance(value, Month) else Month.of(value).label


def number(value: Any, digits: int | None = None) -> str:
    """With thousands commas. Without `digits` a decimal keeps the digits it needs; nothing is a dash."""
    if value is None or value == "":
        return NOTHING
    exact = Decimal(str(value))
    if digits is None:
        exact = exact.quantize(Decimal(1)) if exact == exact.to_integral_value() else exact.normalize()
        return f"{exact:,f}"
    return f"{exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP):,f}"


def percent(value: Any, digits: int = 1) -> str:
    """`60.0%` from 60, the figure in percent."""
    return NOTHING if value is None else f"{number(value, digits)}%"


def share(numerator: Any, denominator: Any, digits: int = 1) -> str:
    """`60.0%` from 3 and 5, rounded once; a dash when there is nothing to divide by."""
    if numerator is None or not denominator:
        return NOTHING
    return percent(Decimal(str(numerator)) * 100 / Decimal(str(denominator)), digits)


def file_size(value: int | None) -> str:
    """`3.2 MB`."""
    if value is None:
        return NOTHING
    for unit, step in (("GB", 2**30), ("MB", 2**20), ("KB", 2**10)):
        if value >= step:
            return f"{value / step:.1f} {unit}"
    return f"{value} 字节"


def money(fen: int | None) -> str:
    """`1,234.50 元` from fen; nothing is a dash."""
    return NOTHING if fen is None else f"{yuan(fen)} 元"


def label(value: Any, choices: Any) -> str:
    """The label of a choice's value: `{{ row.state|label(TaskState) }}`."""
    if value is None or value == "":
        return NOTHING
    pairs: Iterable[tuple[Any, str]] = choices.choices if hasattr(choices, "choices") else choices
    return str(dict(pairs).get(value, value))


def paragraphs(text: str) -> list[str]:
    """The non-empty lines of a text."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def short_division(name: str) -> str:
    """`环翠楼` from `环翠楼街道`, for maps and narrow columns."""
    for tail in ("街道", "办事处", "镇", "高技术产业开发区", "经济技术开发区"):
        if name.endswith(tail) and len(name) > len(tail) + 1:
            return name[: -len(tail)]
    return name


def masked_phone(value: str) -> str:
    """`138****1234`, also of one's own: others may look at the screen."""
    return mask_phone(value) if value else NOTHING


def url(name: str, *args: Any, **kwargs: Any) -> str:
    """The address of a page by URL name: `{{ url('governance:measure', pk=3) }}`."""
    given = (*args, *kwargs.values())
    if all(type(value) is int and value >= 0 for value in given):
        pattern = _pattern(name, len(args), tuple(kwargs))
        if pattern:
            return pattern.format(*given) if given else pattern
    return reverse(name, args=args, kwargs=kwargs)


_STAND_IN = 7_000_000_001


@cache  # addresses do not change while the process lives, and a list asks for one in each row
def _pattern(name: str, count: int, names: tuple[str, ...]) -> str:
    """The address with `{0}`, `{1}` where whole numbers belong; empty where they cannot be put in just so."""
    numbers = [str(_STAND_IN + n) for n in range(count + len(names))]
    if not numbers:
        return reverse(name)
    try:
        made = reverse(name, args=numbers[:count], kwargs=dict(zip(names, numbers[count:], strict=True)))
    except NoReverseMatch:  # a year or a month, which want few digits
        return ""
    if "{" in made or any(made.count(number) != 1 for number in numbers):
        return ""
    for n, number in enumerate(numbers):
        made = made.replace(number, f"{{{n}}}")
    return made


def url_or_none(name: str, *args: Any, **kwargs: Any) -> str | None:
    """Like `url`, and None when no such page exists."""
    try:
        return url(name, *args, **kwargs)
    except NoReverseMatch:
        return None


def url_with(request: HttpRequest, **changes: Any) -> str:
    """This page's address with changed query parameters; None or '' takes one away."""
    query = request.GET.copy()
    for key, value in changes.items():
        if value is None or value == "":
            query.pop(key, None)
        else:
            query[key] = str(value)
    text = query.urlencode()
    return f"{request.path}?{text}" if text else request.path


def options_html(options: Iterable[tuple[Any, Any]], value: Any) -> Markup:
    """The `<option>` elements of a list of (value, text), `value` chosen."""
    return _options(tuple((str(key), str(text)) for key, text in options), str(value))


@lru_cache(maxsize=256)  # a filter bar shows the same hundred to everybody, time and again
def _options(options: tuple[tuple[str, str], ...], value: str) -> Markup:
    return Markup("").join(
        Markup('<option value="{}"{}>{}</option>').format(
            key, Markup(" selected") if key == value else "", text
        )
        for key, text in options
    )


def made_once(name: str, macro: Callable[[Any], Markup], value: Hashable) -> Markup:
    """What `macro` makes of `value`, and of nothing else, made once: for parts that stand on every page."""
    found = _kept.get((name, value))
    if found is None:
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        found = _kept[name, value] = macro(value)
    return found


_kept: dict[tuple[str, Hashable], Markup] = {}
_MOST_KEPT = 500


def install(env: Environment) -> None:
    """Add what every template may use."""
    # Here and not at the top: these read the database and the URL table, which are not there yet when
    # settings load the environment.
    from yinling.shell import context, navigation, statuses

    env.filters.update(
        day=day,
        when=when,
        clock=clock,
        iso=iso,
        month_label=month_label,
        number=number,
        percent=percent,
        file_size=file_size,
        label=label,
        money=money,
        yuan=yuan,
        paragraphs=paragraphs,
        short_division=short_division,
        masked_phone=masked_phone,
    )
    env.globals.update(
        url=url,
        url_or_none=url_or_none,
        url_with=url_with,
        options_html=options_html,
        made_once=made_once,
        session_rules=lambda: sign_in_rules(timezone.localdate()),
        share=share,
        static=cache(static),  # a page names a file for each icon, and none changes while the process lives
        htmx_script=htmx_script,
        get_messages=get_messages,
        navigation=navigation.navigation,
        status_of=statuses.status_of,
        is_elder=context.is_elder,
        elder_not_chosen=context.elder_not_chosen,
        demo_city=context.demo_city,
        unread_notices=context.unread_notices,
        newest_notices=context.newest_notices,
        elder_link=context.elder_link,
        people_search_of=context.people_search_of,
        account_of=context.account_of,
        SERVICE_PHONE=settings.SERVICE_PHONE,
        SITE_NAME=getattr(settings, "SITE_NAME", "威海市养老服务综合管理平台"),
    )
