"""What SAS and SPSS display formats say about a number: a date, a moment, a time of day."""

from __future__ import annotations

from .sources import Kind

KINDS: dict[str, Kind] = {
    "text": "text",
    "number": "number",
    "date": "date",
    "datetime": "datetime",
    "time": "text",
}

_DATES = frozenset(
    {
        "DATE", "ADATE", "EDATE", "SDATE", "JDATE", "DAY", "DDMMYY", "DOWNAME", "E8601DA",
        "B8601DA", "IS8601DA", "EURDFDD", "EURDFDE", "EURDFMY", "JULDAY", "JULIAN", "MINGUO",
        "MMDDYY", "MMYY", "MONNAME", "MONTH", "MONYY", "MOYR", "NENGO", "NLDATE", "QTR", "QYR",
        "WEEKDATE", "WEEKDATX", "WEEKDAY", "WORDDATE", "WORDDATX", "YEAR", "YYMM", "YYMMDD",
        "YYMON", "YYQ", "YYQR",
    }
)  # fmt: skip
_DATETIMES = frozenset(
    {
        "DATETIME", "DATEAMPM", "E8601DT", "B8601DT", "IS8601DT", "E8601DN", "B8601DN", "E8601DX",
        "B8601DX", "DTDATE", "DTMONYY", "DTWKDATX", "DTYEAR", "DTYYQC", "EURDFDT", "MDYAMPM",
        "NLDATM", "YMDHMS",
    }
)  # fmt: skip
_TIMES = frozenset(
    {
        "TIME", "DTIME", "HHMM", "HOUR", "MMSS", "MTIME", "TOD", "TIMEAMPM", "NLTIME", "E8601TM",
        "B8601TM", "IS8601TM",
    }
)  # fmt: skip
# YYMMDDN, DDMMYYS and so on: the last letter is the separator.
_SEPARATORS = "BCDNPS"


def tell_meaning(display_format: str) -> str:
    """Return `date`, `datetime`, `time` or `number` for the display format of a number.

    >>> tell_meaning("DATE9."), tell_meaning("YYMMDDN8."), tell_meaning("E8601DT19.")
    ('date', 'date', 'datetime')
    >>> tell_meaning("BEST12."), tell_meaning("TIME5"), tell_meaning("")
    ('number', 'time', 'number')
    """
    word = display_format.upper().lstrip("$").rstrip("0123456789. ")
    for words, meaning in ((_DATETIMES, "datetime"), (_DATES, "date"), (_TIMES, "time")):
        if word in words or (len(word) > 3 and word[-1] in _SEPARATORS and word[:-1] in words):
            return meaning
    return "number"


def time_text(seconds: float) -> str:
    """Return seconds since midnight as ISO text, with parts of a second only where there are.

    >>> time_text(30600), time_text(30600.5), time_text(-60)
    ('08:30:00', '08:30:00.5', '-00:01:00')
    """
    whole, micros = divmod(round(abs(seconds) * 1_000_000), 1_000_000)
    hours, rest = divmod(whole, 3600)
    text = f"{hours:02d}:{rest // 60:02d}:{rest % 60:02d}"
    if micros:
        text += f".{micros:06d}".rstrip("0")
    return f"-{text}" if seconds < 0 else text
