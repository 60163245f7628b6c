"""Dates with the words of other languages, put into English ones."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

_MONTHS = (
    "jan januar janvier janv enero ene gennaio gen januari janeiro styczen stycznia",
    "feb februar fevrier fevr febrero febbraio februari fevereiro fev luty lutego",
    "mar marz maerz mrz mars marzo maart mrt marco marzec marca",
    "apr april avril avr abril abr aprile kwiecien kwietnia",
    "may mai mayo maggio mag mei maio maj maja",
    "jun juni juin junio giugno giu junho czerwiec czerwca",
    "jul juli juillet juil julio luglio lug julho lipiec lipca",
    "aug august aout agosto ago augustus augusti sierpien sierpnia",
    "sep sept september septembre septiembre settembre set setembro wrzesien wrzesnia",
    "oct okt oktober octobre octubre ottobre ott outubro out pazdziernik pazdziernika paz",
    "nov november novembre noviembre novembro listopad listopada",
    "dec dez dezember decembre diciembre dic dicembre december desember dezembro grudzien grudnia",
)
_BETWEEN = (
    "de del di den der le la las el il um uhr a alle ore om kl klo as at h"
    " mo di mi do fr sa so montag dienstag mittwoch donnerstag freitag samstag sonntag lundi mardi mercredi jeudi vendredi"
    " samedi dimanche lun mar mer jeu ven sam dim lunes martes miercoles jueves viernes sabado domingo mie jue vie sab dom"
    " lunedi martedi mercoledi giovedi venerdi domenica gio maandag dinsdag woensdag donderdag vrijdag zaterdag zondag"
)
_WORD = re.compile(r"[^\W\d_]+\.?")
_HOURS = re.compile(r"(?<=\d)\s?h\s?(?=\d{2}\b)")
_POINT = re.compile(r"(?<=\d)[.,](?=\s|$)")
_NOTE = re.compile(r"\s*\([^()]{1,40}\)$")


@cache
def _english() -> dict[str, str]:
    short = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
    known = dict.fromkeys(_BETWEEN.split(), "")
    return known | {
        word: name for name, words in zip(short, _MONTHS, strict=True) for word in words.split()
    }


def in_english(cell: str) -> str | None:
    """Return a date with English months and nothing else in words; none if a word is unknown.

    A month that is also a weekday (``mar``) is the month where no other one stands.

    Examples
    --------
    >>> in_english("Montag, 3. Okt. 2026 14:05 Uhr"), in_english("3 de octubre de 2026 a las 14h05")
    ('3 oct 2026 14:05', '3 oct 2026 14:05')
    >>> in_english("mar. 13 mars 2026"), in_english("mar. 13 oct. 2026"), in_english("13 mar 2026")
    ('13 mar 2026', '13 oct 2026', '13 mar 2026')
    >>> in_english("Tue Oct 13 2026 09:00:00 GMT+0200 (CEST)"), in_english("3 pieces")
    ('Tue Oct 13 2026 09:00:00 GMT+0200', None)
    """
    if (noted := _NOTE.search(cell)) is not None:
        return cell[: noted.start()]
    said = _POINT.sub(" ", _HOURS.sub(":", cell))
    pieces: list[str] = []
    months: list[str] = []
    at = 0
    for word in _WORD.finditer(said):
        plain = unicodedata.normalize("NFKD", word[0].rstrip(".").lower())
        found = _english().get("".join(sign for sign in plain if not unicodedata.combining(sign)))
        if found is None:
            return None
        if found and months == ["mar"]:  # mardi, martes, martedi
            pieces[pieces.index("mar")] = ""
            months = []
        months += [found] * bool(found)
        pieces += [said[at : word.start()], found]
        at = word.end()
    if len(months) != 1:
        return None
    return " ".join("".join([*pieces, said[at:]]).replace(",", " ").split())
