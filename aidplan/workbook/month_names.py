"""Dates as planners write them in their own language, so that a message can say which period is meant."""

from __future__ import annotations

import datetime
import re
import unicodedata
from functools import cache

_NAMES = """
january february march april may june july august september october november december
januar februar märz april mai juni juli august september oktober november dezember
jänner feber maerz april mai juni juli august september oktober november dezember
janvier février mars avril mai juin juillet août septembre octobre novembre décembre
enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre
janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro
januari februari maart april mei juni juli augustus september oktober november december
januari februari mars april maj juni juli augusti september oktober november december
januar februar marts april maj juni juli august september oktober november desember
tammikuu helmikuu maaliskuu huhtikuu toukokuu kesäkuu heinäkuu elokuu syyskuu lokakuu marraskuu joulukuu
styczeń luty marzec kwiecień maj czerwiec lipiec sierpień wrzesień październik listopad grudzień
stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia
leden únor březen duben květen červen červenec srpen září říjen listopad prosinec
ledna února března dubna května června července srpna září října listopadu prosince
január február marec apríl máj jún júl august september október november december
siječanj veljača ožujak travanj svibanj lipanj srpanj kolovoz rujan listopad studeni prosinac
ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie
január február március április május június július augusztus szeptember október november december
jaanuar veebruar märts aprill mai juuni juuli august september oktoober november detsember
janvāris februāris marts aprīlis maijs jūnijs jūlijs augusts septembris oktobris novembris decembris
sausis vasaris kovas balandis gegužė birželis liepa rugpjūtis rugsėjis spalis lapkritis gruodis
ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık
ιανουάριος φεβρουάριος μάρτιος απρίλιος μάιος ιούνιος ιούλιος αύγουστος σεπτέμβριος οκτώβριος νοέμβριος δεκέμβριος
січень лютий березень квітень травень червень липень серпень вересень жовтень листопад грудень
січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня
январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь
януари февруари март април май юни юли август септември октомври ноември декември
"""
"""A language a line, January to December, English first; Slavic ones also as they stand beside a year."""
_SHORTEST = 3

_YEAR_FIRST = re.compile(
    r"(\d{4})[./_\s-]?M?[./_\s-]?(\d{1,2})(?:[./_\s-](\d{1,2}))?(?:[T\s]+0?0:00(?::00(?:\.0+)?)?Z?)?", re.I
)
_DAY_FIRST = re.compile(r"(\d{1,2})([./\s-])(\d{1,2})[./\s-](\d{4}|\d{2})(?:[T\s]+0?0:00(?::00)?)?")
_MONTH_FIRST = re.compile(r"M?(\d{1,2})[./_\s-](\d{4}|\d{2})|(0\d|1[0-2])(\d{4})", re.I)
_QUARTER = re.compile(
    r"(?:Q|T|K|кв)\.?\s*([1-4])[\s./_'’-]*(\d{4}|\d{2})|([1-4])\s*(?:Q|T|K|кв)\.?[\s./_'’-]*(\d{4}|\d{2})|(\d{4})[\s./_-]*(?:Q|T|K|кв)\.?\s*([1-4])",
    re.I,
)
_WORDS = re.compile(r"[^\W\d_]+")
_NUMBERS = re.compile(r"\d+")
FIRST_SERIAL, LAST_SERIAL = 20_000, 80_000
"""The days that spreadsheets keep for 1954 and 2119."""


@cache
def _months() -> dict[str, set[int]]:
    """Each name without accents -> its months, 1 to 12."""
    found: dict[str, set[int]] = {}
    for line in _NAMES.strip().splitlines():
        for month, name in enumerate(line.split(), 1):
            found.setdefault(_folded(name), set()).add(month)
    return found


def _folded(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def months_named(word: str) -> set[int]:
    """The months, 1 to 12, that a word may name in any language known here, in full or cut to three letters or more."""
    folded = _folded(word)
    names = _months()
    if folded in names:
        return names[folded]
    if len(folded) < _SHORTEST:
        return set()
    english = [month for month, name in enumerate(_NAMES.split()[:12], 1) if name.startswith(folded)]
    return set(english) or {month for name, months in names.items() if name.startswith(folded) for month in months}


def dates_meant(raw: object, quarters: bool) -> list[int]:
    """The months, counted since year 0, that something written as a date in another form may mean; empty where it
    looks like no date. A quarter counts where the workbook plans in ``quarters``.
    """
    text = str(raw).strip()
    number = float(text) if re.fullmatch(r"\d{5}(\.0+)?", text) else 0.0
    if FIRST_SERIAL < number < LAST_SERIAL:
        return [_of_serial(int(number))]
    if quarters and (match := _QUARTER.fullmatch(text)):
        quarter, year = match[1] or match[3] or match[6], match[2] or match[4] or match[5]
        return _valid([(_year(year), 3 * int(quarter) - 2)])
    if match := _YEAR_FIRST.fullmatch(text):
        return _valid([(int(match[1]), int(match[2]))])
    if match := _DAY_FIRST.fullmatch(text):
        first, second, year = int(match[1]), int(match[3]), _year(match[4])
        return _valid([(year, second)] if match[2] == "." else [(year, second), (year, first)])
    if match := _MONTH_FIRST.fullmatch(text):
        return _valid([(_year(match[2] or match[4]), int(match[1] or match[3]))])
    return _in_words(text)


def _in_words(text: str) -> list[int]:
    """`Jan-25`, `1 janvier 2025`, `січень 2025 р.`: one month's name and a year."""
    named = [months for word in _WORDS.findall(text) if (months := months_named(word))]
    numbers = _NUMBERS.findall(text)
    if len(named) != 1 or not 1 <= len(numbers) <= 2 or len(text) > 30:
        return []
    years = [number for number in numbers if len(number) == 4] or numbers[-1:]
    return _valid([(_year(years[0]), month) for month in sorted(named[0])])


def _year(digits: str) -> int:
    return int(digits) + (2000 if len(digits) <= 2 else 0)


def _valid(pairs: list[tuple[int, int]]) -> list[int]:
    """Months since year 0, each once, of the pairs of year and month that exist and that a plan may be of."""
    return sorted({year * 12 + month - 1 for year, month in pairs if 1 <= month <= 12 and 1990 <= year <= 2099})


def _of_serial(days: int) -> int:
    date = datetime.date(1899, 12, 30) + datetime.timedelta(days=days)
    return date.year * 12 + date.month - 1
