# ruff: noqa: E501  (data: lists of words are easiest to read as words)
"""Street lines, postal codes and whole addresses in the formats of some fifty countries, on one line or several."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from models.training.values import places
from models.training.values.identifiers import filled
from models.training.values.names import forename, surname
from models.training.values.shapes import plain, words
from models.training.values.words import coined

STREETS = words(
    "Main Main Oak Maple Cedar Pine Elm Washington Lake Hill Park Walnut Spring North Ridge Church Willow Mill Sunset Railroad Jackson Franklin River Kennedy Primrose Circle Highland Forest Meadow Jefferson Center Broadway Lincoln Chestnut Cherry Dogwood",
    "Hickory Lakeview Laurel Magnolia Prospect Valley Victoria Station King's Queen's Mountain Harbour Bay Canyon Foxglove Orchard Peach Summit Martin_Luther_King Bishop Madison Monroe Adams Birch Spruce Poplar Sycamore Hawthorn Holly Rose Ivy Fairview Pleasant",
    "College School Academy Market Bridge Water Front Pearl State Court Union Liberty Grove Green Mulberry Locust Juniper Cypress Sherwood Windsor Oxford Cambridge York Kensington Albert George Stanley Nelson Wellington Old_Mill Quail_Run Deer_Creek Eagle_Ridge",
    "Fox_Hollow Stone_Creek Whispering_Pines Country_Club Turkey_Hollow Sugar_Maple Cotton_Gin Mockingbird Bluebonnet Saddleback Palomino Mesa_Verde Rancho_Vista Camino_Real Del_Mar El_Dorado La_Jolla Santa_Fe San_Pedro Buena_Vista Peachtree MLK_Jr JFK Rosa_Parks",
)
KINDS = words(
    "St St St St. Street Street Ave Ave Ave. Avenue Rd Rd Rd. Road Road Dr Dr. Drive Ln Lane Blvd Blvd. Boulevard Way Court Ct Place Pl Terrace Ter Circle Cir Trail Trl Pkwy Parkway Close Crescent Cres Square Row Highway Loop Run Path Alley Cove Point Pass Plaza Bend Xing"
)
BRITISH_KINDS = words(
    "Road Road Street Lane Close Avenue Drive Gardens Crescent Way Terrace Grove Mews Court Place Rise View Walk Hill Green Row Park Square Rd St Ave Ln Cl"
)
DIRECTIONS = words("N S E W North South East West NE NW SE SW N. S. E. W.")
UNITS = words("Apt Apt Apt. Unit Suite # Ste apartment Floor Bldg Lot Room Rm Trlr apt unit Fl")
HOUSE_NAMES = words(
    "Rose_Cottage The_Old_Rectory Oak_House Ivy_Cottage The_Coach_House Hillside Orchard_View Mill_House Rosemount Meadow_View The_Willows Holly_Lodge Church_Farm The_Bungalow Woodlands Fairview Glenview Tigh_na_Mara Ty_Gwyn Ardmore Westfield_House"
)
LANDMARKS = words(
    "near_City_Mall opp._SBI_Bank behind_Police_Station near_Hanuman_Temple opp_Railway_Station near_Apollo_Hospital beside_More_Supermarket near_Jama_Masjid next_to_Petrol_Pump opp._Govt_School near_Bus_Stand above_HDFC_ATM near_water_tank behind_Big_Bazaar"
)
INDIAN_AREAS = words(
    "MG_Road Nehru_Nagar Gandhi_Nagar Indira_Nagar Andheri_West Banjara_Hills Koramangala Salt_Lake Whitefield Jubilee_Hills Laxmi_Nagar Rajouri_Garden Vasant_Kunj T._Nagar Anna_Nagar HSR_Layout BTM_Layout Kothrud Viman_Nagar Dwarka Malviya_Nagar Civil_Lines Ashok_Vihar Shivaji_Nagar"
)
DISTRICTS = words(
    "Centro Copacabana Bela_Vista Jardim_Paulista Boa_Vista Roma_Norte Condesa Polanco Palermo Recoleta Providencia Chapinero Miraflores San_Isidro Vila_Mariana Tijuca Del_Valle Doctores Laureles"
)


@dataclass(frozen=True)
class Country:
    """How one country writes an address: the street line, the postal code, and the lines in order.

    In the lines {street}, {zip}, {town}, {region} stand for the parts, `|` for a new line or its like.
    """

    code: str
    name: str
    street: Callable[[random.Random], str]
    zip: tuple[str, ...]
    lines: tuple[str, ...]
    weight: float = 1.0


def number(rng: random.Random) -> str:
    """A house number; mostly small ones."""
    high = rng.choice((30, 99, 250, 999, 9999, 9999, 19999))
    return str(rng.randint(1, high)) + (rng.choice("ABCab") if rng.random() < 0.04 else "")


def ordinal(n: int) -> str:
    return f"{n}{'th' if n % 100 in (11, 12, 13) else {1: 'st', 2: 'nd', 3: 'rd'}.get(n % 10, 'th')}"


def street_name(rng: random.Random) -> str:
    dice = rng.random()
    if dice < 0.60:
        return rng.choice(STREETS)
    if dice < 0.72:
        return ordinal(rng.randint(1, 199))
    return surname(rng) if dice < 0.92 else coined(rng, 2)


def american_street(rng: random.Random) -> str:
    """A street line of the United States, of all the kinds the post knows."""
    dice, n = rng.random(), number(rng)
    if dice < 0.05:
        return rng.choice((f"PO Box {n}", f"P.O. Box {n}", f"P. O. Box {n}", f"po box {n}", f"POB {n}"))
    if dice < 0.07:
        return rng.choice(
            (
                f"RR {rng.randint(1, 9)} Box {n}",
                f"RR#{rng.randint(1, 9)} Box {n}",
                f"HC {rng.randint(1, 99)} Box {n}",
                f"Rural Route {rng.randint(1, 9)}, Box {n}",
            )
        )
    if dice < 0.11:
        road = rng.choice(
            (
                "County Road",
                "Hwy",
                "Highway",
                "State Route",
                "CR",
                "US Hwy",
                "FM",
                "State Road",
                "Old Highway",
                "Route",
                "Township Rd",
            )
        )
        return f"{n} {road} {rng.randint(1, 3999)}"
    if dice < 0.13:
        return f"{rng.randint(100, 9999)} {rng.choice('NSEW')} {rng.randint(1, 99) * 100} {rng.choice('NSEW')}"
    name, kind = street_name(rng), rng.choice(KINDS)
    line = f"{n} {name}" if rng.random() < 0.06 else f"{n} {name} {kind}"
    if rng.random() < 0.14:
        way = rng.choice(DIRECTIONS)
        line = f"{n} {way} {name} {kind}" if rng.random() < 0.8 else f"{line} {way}"
    return with_unit(rng, line) if rng.random() < 0.22 else line


def with_unit(rng: random.Random, line: str) -> str:
    """The flat behind the street, or before it."""
    unit = rng.choice(
        (
            str(rng.randint(1, 999)),
            rng.choice("ABCD") + str(rng.randint(1, 30)),
            f"{rng.randint(1, 40)}{rng.choice('ABCDEF')}",
            rng.choice("ABCDEFG"),
        )
    )
    kind = rng.choice(UNITS)
    if rng.random() < 0.12:
        return f"{kind} {unit}, {line}"
    return f"{line}{rng.choice((', ', ' ', ',', ' '))}{kind}{'' if kind == '#' and rng.random() < 0.6 else ' '}{unit}"


def british_street(rng: random.Random) -> str:
    n, line = (
        str(rng.randint(1, 250)),
        f"{rng.choice(STREETS) if rng.random() < 0.7 else surname(rng)} {rng.choice(BRITISH_KINDS)}",
    )
    dice = rng.random()
    if dice < 0.10:
        return f"{rng.choice(HOUSE_NAMES)}, {line}"
    if dice < 0.22:
        return f"{rng.choice(('Flat', 'Apartment', 'Unit', 'Flat'))} {rng.choice((n, n[0] + 'A', rng.choice('ABC')))}, {rng.randint(1, 180)} {line}"
    if dice < 0.26:
        return f"{rng.choice(HOUSE_NAMES)}, {n} {line}"
    return f"{n}{rng.choice('abcAB') if rng.random() < 0.06 else ''}{', ' if rng.random() < 0.05 else ' '}{line}"


def australian_street(rng: random.Random) -> str:
    line = f"{rng.randint(1, 400)} {street_name(rng)} {rng.choice((*BRITISH_KINDS, 'Parade', 'Esplanade', 'Highway', 'Pde'))}"
    dice = rng.random()
    if dice < 0.2:
        return f"{rng.randint(1, 40)}/{line}"
    return (
        f"Unit {rng.randint(1, 60)}, {line}"
        if dice < 0.3
        else f"PO Box {rng.randint(1, 9999)}"
        if dice < 0.34
        else line
    )


def indian_street(rng: random.Random) -> str:
    """House or flat, building, landmark, area: long ones."""
    area, n = rng.choice(INDIAN_AREAS), rng.randint(1, 999)
    first = rng.choice(
        (f"H.No {n}", f"H.No. {rng.randint(1, 30)}-{rng.randint(1, 99)}-{n}/{rng.choice('ABC')}", f"Flat {n}, {surname(rng)} Apartments", f"Flat No. {rng.choice('ABCD')}-{n}", f"#{n}, {ordinal(rng.randint(1, 30))} Cross", f"{n}/{rng.randint(1, 40)}",
         f"Plot No {n}, Sector {rng.randint(1, 90)}", f"House no {n}, {surname(rng)} Nagar", f"{rng.choice('ABCDEF')}-{n}, {surname(rng)} Residency", f"Door No {n}, {ordinal(rng.randint(1, 20))} Main", f"D-{n}/{rng.randint(1, 9)}")
    )  # fmt: skip
    parts = [first]
    if rng.random() < 0.4:
        parts.append(rng.choice(LANDMARKS))
    return ", ".join([*parts, area])


def pakistani_street(rng: random.Random) -> str:
    return rng.choice(
        (
            f"House # {rng.randint(1, 999)}, Street {rng.randint(1, 60)}, {rng.choice('EFGHI')}-{rng.randint(6, 16)}/{rng.randint(1, 4)}",
            f"House No. {rng.randint(1, 400)}-{rng.choice('ABC')}, Block {rng.choice('ABCDEFGH')}, {rng.choice(('DHA Phase ' + str(rng.randint(1, 8)), 'Gulshan-e-Iqbal', 'Johar Town', 'Model Town', 'Bahria Town'))}",
        )
    )


def african_street(rng: random.Random) -> str:
    n = rng.randint(1, 300)
    return rng.choice(
        (f"{n} {surname(rng)} Street", f"No {n}, {surname(rng)} Close, off {surname(rng)} Road", f"Plot {n} {surname(rng)} Avenue", f"Block {rng.randint(1, 40)}, Flat {rng.randint(1, 12)}, {surname(rng)} Estate", f"P.O. Box {n * 37}", f"P.O. Box {n * 37}-00{n % 9}00", f"{n} {surname(rng)} Crescent, {coined(rng, 2)} Park", f"House {n}, {coined(rng, 2)} Estate Phase {rng.randint(1, 4)}")
    )  # fmt: skip


def simple(*patterns: str) -> Callable[[random.Random], str]:
    """A maker of street lines: {n} house number, {s} surname, {f} forename, {c} coined word, {o} ordinal, {d} district."""

    def make(rng: random.Random) -> str:
        return rng.choice(patterns).format(
            n=rng.randint(1, rng.choice((30, 99, 250))),
            m=rng.randint(1, 40),
            s=surname(rng),
            f=forename(rng),
            c=coined(rng, 2),
            d=rng.choice(DISTRICTS),
            a=rng.choice("ABCDEFGH"),
        )

    return make


german = simple(
    "{s}straße {n}",
    "{s}str. {n}",
    "{s}weg {n}",
    "{s}gasse {n}",
    "{s}strasse {n}{a}",
    "Am {c} {n}",
    "{f}-{s}-Straße {n}",
    "{s}platz {n}",
    "{s}allee {n}",
    "Hauptstraße {n}",
    "Bahnhofstr. {n}",
    "Gartenweg {n}",
    "{s}ring {n}, {m}. Stock",
)
dutch = simple(
    "{s}straat {n}",
    "{s}laan {n}",
    "{s}weg {n}-{m}",
    "{s}plein {n}",
    "{s}kade {n}{a}",
    "Burgemeester {s}straat {n}",
    "Kerkstraat {n}",
    "Dorpsstraat {n} bus {m}",
    "Oude {s}weg {n}",
)
french = simple(
    "{n} rue {s}",
    "{n}, rue de la {c}",
    "{n} bis avenue {f} {s}",
    "{n} boulevard {s}",
    "{n} rue du {s}",
    "{n} chemin des {c}s",
    "{n} place {s}, Apt {m}",
    "{n} ter impasse {s}",
    "Résidence {s}, Bât {a}, {n} rue {f} {s}",
    "{n} allée des {c}s",
    "{n}, Rue {f} {s}",
)
spanish = simple(
    "Calle {s} {n}",
    "C/ {s}, {n}, {m}º {a}",
    "Avenida {s} {n}",
    "Av. {s} {n}, piso {m}",
    "Plaza {s}, {n}",
    "Paseo de {s} {n}, {m}ºB",
    "Carrera {n} # {m}-{n}",
    "Calle {n} No. {m}-{n}",
    "Calle {m} #{n}-{m} Apto {n}0{m}",
    "Av. {f} {s} {n}, Depto {m}",
)
mexican = simple(
    "Calle {s} {n}, Col. {d}",
    "Av. {s} No. {n} Int. {m}, Col. {d}",
    "{s} {n}, Colonia {d}",
    "Calle {n} #{m}, Fracc. {d}",
    "Blvd. {s} {n}, {d}",
    "Privada {s} {n}, Col. {s}",
)
italian = simple(
    "Via {s} {n}",
    "Via {f} {s}, {n}",
    "Piazza {s} {n}",
    "Corso {s}, {n}/{a}",
    "Viale {s} {n}",
    "Vicolo {c} {n}",
    "Via {s}, {n} int. {m}",
    "Strada {c} {n}",
)
portuguese = simple(
    "Rua {s}, {n}",
    "Rua {f} {s}, nº {n}",
    "Av. {s} {n}, {m}º Dto",
    "Travessa {s} {n}",
    "Rua {s}, {n}, apto {m} - {d}",
    "Av. {f} {s}, {n} - {d}",
    "Largo {s} {n}",
    "Praça {s}, {n}",
)
nordic = simple(
    "{s}gatan {n}",
    "{s}vägen {n} {a}",
    "{s}vej {n}, {m}. tv",
    "{s}gade {n}",
    "{s}veien {n}",
    "{s}gata {n}{a}",
    "{s}katu {n} {a} {m}",
    "{s}tie {n}",
    "{c}stigen {n}, lgh 1{m:03d}",
    "Storgata {n}",
    "{c}kuja {n} as {m}",
    "{s} allé {n}, {m}. sal",
)
slavic = simple(
    "ul. {s} {n}",
    "ul. {s} {n}/{m}",
    "ul. {c}ska {n} m. {m}",
    "al. {s} {n}/{m}",
    "os. {c} {n}/{m}",
    "{c}ova {n}",
    "{s}ova {n}/{m}",
    "{c}ská {n}",
    "nám. {s} {n}",
    "bul. {s} {n}, ap. {m}",
    "ulica {s} {n}",
    "Trg {s} {n}",
)
hungarian = simple("{s} utca {n}.", "{s} u. {n}, {m}. em. {m}", "{s} út {n}", "{s} tér {n}.", "{f} {s} utca {n}/{a}")
romanian = simple(
    "Str. {s} nr. {n}",
    "Str. {f} {s} nr. {n}, bl. {a}{m}, sc. {a}, ap. {n}",
    "Bd. {s} {n}",
    "Aleea {s} nr. {n}",
    "Calea {s} {n}, et. {m}",
)
greek = simple("{s} {n}", "Odos {s} {n}", "Leof. {s} {n}", "{f} {s} {n}", "Plateia {s} {n}")
turkish = simple(
    "{s} Mah. {c} Sok. No:{n}",
    "{s} Mahallesi, {c} Caddesi No: {n} D: {m}",
    "{c} Cad. No:{n}/{m}",
    "{s} Sk. {n} Kat {m}",
)
japanese = simple(
    "{m}-{n}-{m} {c}-cho",
    "{m}-{n} {c}-machi",
    "{c} {m}-{n}-{m}-{n}",
    "{m} Chome-{n}-{m} {c}",
    "#{n}0{m}, {m}-{n} {c}",
    "{c} Heights {n}, {m}-{n}-{m} {s}",
)
korean = simple(
    "{n} {c}-daero", "{m}, {c}-ro {n}beon-gil", "{n}-{m} {c}-dong", "{c} Apt {n}-dong {m}0{m}-ho", "{n}, {c}-gil"
)
chinese = simple(
    "No. {n} {c} Road",
    "Room {n}{m}, Building {m}, No. {n} {c} Lu",
    "{n} {c} Jie, {c} District",
    "Unit {m}, {n}/F, {c} Building, {n} {s} Road",
    "Flat {a}, {m}/F, Block {m}, {c} Garden, {n} {s} Street",
    "{n}F, No.{m}, Sec. {m}, {c} Rd.",
)
singapore = simple(
    "Blk {n} {c} Ave {m} #{m:02d}-{n}",
    "{n} {s} Road #{m:02d}-{n:02d}",
    "Block {n}{a} {c} Street {m}, #{m:02d}-{n}",
    "{n} {s} Drive",
    "{n} Jalan {c}",
)
malaysian = simple(
    "No. {n}, Jalan {c} {m}/{n}",
    "{n}, Jalan {s}, Taman {c}",
    "Lot {n}, Lorong {c} {m}",
    "{a}-{m}-{n}, {c} Residence, Jalan {s}",
    "Jl. {s} No. {n}",
    "Jalan {c} No. {n} RT {m:03d}/RW {m:03d}",
    "Gg. {c} {m} No. {n}",
)
filipino = simple(
    "{n} {s} St., Brgy. {c}",
    "Blk {m} Lot {n}, {c} Subdivision",
    "Unit {n}{a}, {s} Tower, {c} Ave.",
    "#{n} Purok {m}, Brgy. {s}",
    "{n} {c} St. cor. {s} Ave.",
    "B{m} L{n} Phase {m} {c} Homes",
)
gulf = simple(
    "Villa {n}, Street {m}, {c}",
    "Flat {n}, {s} Tower, {c} Road",
    "P.O. Box {n}{m}",
    "Apartment {n}, Building {m}, Al {c} St",
    "Bldg {n}, Road {m}, Block {n}",
    "{n} {s} St., Apt. {m}",
    "{s} {n}/{m}",
    "Rehov {s} {n}",
)
vietnamese = simple(
    "{n} {s} Street, Ward {m}, District {m}",
    "So {n} {s}, P. {c}, Q. {m}",
    "{n}/{m} Duong {s}",
    "{n}/{m} Soi {c} {m}, {s} Road",
    "{n} Moo {m}, Tambon {c}",
    "Hem {n}, {s}",
)
irish = simple(
    "{n} {s} Road",
    "{c} House, {s} Street",
    "{n} {s} Park",
    "Apt {m}, {n} {s} Quay",
    "{n} The {c}, {s} Lane",
    "Bally{c}, {s}",
    "Kil{c}",
    "{n} {s} Close",
)
canadian_french = simple(
    "{n} rue {s}", "{n}, boul. {s} O", "{n} av. {s}, app. {m}", "{n} rue Saint-{f} Est", "{n} chemin du {c}, bureau {m}"
)

AUSTRALIAN_STATES = {"NSW": "2", "VIC": "3", "QLD": "4", "SA": "5", "WA": "6", "TAS": "7"}
UK_ZIPS = (
    "{B|E|G|L|M|N|S|W}9 9AA",
    "{B|E|G|L|M|N|S}99 9AA",
    "{AB|BN|BS|CF|EH|GL|LE|NG|OX|PL|SE|SW|TN|YO}9 9AA",
    "{AB|BN|BS|CF|EH|LE|NG|PE|SE|SW}99 9AA",
    "{EC|WC|SW}1A 9AA",
    "{LS|NE|NW}99AA",
    "{BT|CB|DE}9 9AA",
)
CANADIAN_ZIPS = {
    "ON": "{K|L|M|N|P}",
    "QC": "{G|H|J}",
    "BC": "V",
    "AB": "T",
    "MB": "R",
    "SK": "S",
    "NS": "B",
    "NB": "E",
    "NL": "A",
    "PE": "C",
    "YT": "Y",
    "NT": "X",
    "NU": "X",
}
EIRCODES = ("{D|A|C|E|F|H|K|N|P|R|T|V|W|X|Y}99 XXXX", "D0Z XXXX", "D6\\W XXXX")
CONTINENT = ("{street}|{zip} {town}", "{street}|{zip} {town}", "{street} {zip} {town}")
US_STARTS = {"CT": "06", "ME": "04", "MA": "02", "NH": "03", "NJ": "07", "RI": "02", "VT": "05", "NY": "10 11 12 13 14", "PA": "15 16 17 18 19", "DE": "19", "MD": "21", "VA": "22 23", "WV": "25", "NC": "27 28", "SC": "29", "GA": "30", "FL": "32 33", "AL": "35 36", "TN": "37 38", "MS": "39", "KY": "40 41 42", "OH": "43 44 45",
             "IN": "46 47", "MI": "48 49", "IA": "50 51 52", "WI": "53 54", "MN": "55", "SD": "57", "ND": "58", "MT": "59", "IL": "60 61 62", "MO": "63 64 65", "KS": "66 67", "NE": "68", "LA": "70 71", "AR": "72", "OK": "73 74", "TX": "75 76 77 78", "CO": "80", "WY": "82", "ID": "83", "UT": "84", "AZ": "85", "NM": "87",
             "NV": "89", "CA": "90 91 92 93 94 95", "HI": "967", "OR": "97", "WA": "98", "AK": "99", "DC": "20"}  # fmt: skip

# fmt: off
COUNTRIES: tuple[Country, ...] = (
    Country("GB", "UK", british_street, UK_ZIPS, ("{street}|{town}|{zip}", "{street}|{town} {zip}", "{street}|{town}|{region}|{zip}", "{street} {town} {zip}"), 12),
    Country("IE", "Ireland", irish, EIRCODES, ("{street}|{town}|Co. {region}|{zip}", "{street}|{town}|{zip}", "{street}|Dublin {n}|{zip}"), 3),
    Country("AU", "Australia", australian_street, ("{2|3|4|5|6|7}999",), ("{street}|{town} {au} {zip}", "{street}|{town}|{au}|{zip}"), 5),
    Country("NZ", "New Zealand", australian_street, ("{0|1|2|3|4|5|6|7|8}999",), ("{street}|{town} {zip}", "{street}|{town}|{zip}"), 2),
    Country("IN", "India", indian_street, ("{1|2|3|4|5|6|7|8}99999", "{1|4|5|6}99 999"), ("{street}|{town} - {zip}", "{street}|{town}|{region} {zip}", "{street}|{town}|PIN {zip}", "{street}|{town}-{zip}|India"), 7),
    Country("PK", "Pakistan", pakistani_street, ("{1|2|3|4|5|6|7}9990",), ("{street}|{town}", "{street}|{town} {zip}", "{street}|{town}|Pakistan"), 2),
    Country("ZA", "South Africa", simple("{n} {s} Street, {c}", "{n} {s} Road", "Unit {m}, {n} {s} Ave", "{n} {s}straat"), ("{0|1|2|4|6|7|8}999",), ("{street}|{town}|{zip}", "{street} {town} {zip}"), 2),
    Country("NG", "Nigeria", african_street, ("{1|2|3|5}99999",), ("{street}|{town}", "{street}|{town}|{region} State", "{street}|{town}|Nigeria"), 2),
    Country("KE", "Kenya", african_street, ("00{1|2|5|6|8}00", "{2|3|4|5}0{1|2|3}00"), ("{street}|{town}", "{street}, {zip} {town}", "{street}|{town}|Kenya"), 1),
    Country("GH", "Ghana", african_street, ("{GA|AK|WS}-999-9999",), ("{street}|{town}", "{zip}|{street}|{town}"), 1),
    Country("DE", "Germany", german, ("Z9999",), CONTINENT, 5),
    Country("AT", "Austria", german, ("Z999",), CONTINENT, 1),
    Country("CH", "Switzerland", german, ("{1|3|4|6|8}999",), (*CONTINENT, "{street}|CH-{zip} {town}"), 1.5),
    Country("NL", "Netherlands", dutch, ("Z999 AA", "Z999AA"), CONTINENT, 3),
    Country("BE", "Belgium", dutch, ("Z999",), (*CONTINENT, "{street}|B-{zip} {town}"), 1),
    Country("FR", "France", french, ("{01|13|31|33|44|59|67|69|75|92}999",), CONTINENT, 4),
    Country("LU", "Luxembourg", french, ("L-Z999", "Z999"), CONTINENT, 0.3),
    Country("ES", "Spain", spanish, ("{08|28|29|41|46|48}999",), (*CONTINENT, "{street}|{zip} {town} ({town})"), 3),
    Country("IT", "Italy", italian, ("{00|10|20|40|50|80}999",), ("{street}|{zip} {town} ({it})", "{street}|{zip} {town} {it}", "{street}|{zip} {town}"), 3),
    Country("PT", "Portugal", portuguese, ("Z999-999",), CONTINENT, 1.5),
    Country("SE", "Sweden", nordic, ("Z99 99",), CONTINENT, 1.5),
    Country("NO", "Norway", nordic, ("Z999",), CONTINENT, 1),
    Country("DK", "Denmark", nordic, ("Z999",), CONTINENT, 1.2),
    Country("FI", "Finland", nordic, ("99999",), CONTINENT, 1.2),
    Country("PL", "Poland", slavic, ("99-999",), CONTINENT, 2),
    Country("CZ", "Czechia", slavic, ("Z99 99", "Z9999"), CONTINENT, 1),
    Country("SK", "Slovakia", slavic, ("{0|8}99 99", "{8|0}9999"), CONTINENT, 0.6),
    Country("HR", "Croatia", slavic, ("{1|2|3|4|5}9999",), CONTINENT, 0.5),
    Country("BG", "Bulgaria", slavic, ("Z999",), CONTINENT, 0.5),
    Country("UA", "Ukraine", slavic, ("99999",), ("{street}|{town}|{zip}", "{street}|{town}"), 0.7),
    Country("RU", "Russia", slavic, ("{1|3|4|6}99999",), ("{zip}|{town}|{street}", "{street}|{town}|{zip}"), 0.7),
    Country("HU", "Hungary", hungarian, ("Z999",), ("{zip} {town}|{street}", "{town}|{street}|{zip}"), 0.8),
    Country("RO", "Romania", romanian, ("999999",), ("{street}|{town}", "{street}|{town}|{zip}", "{street}|{zip} {town}"), 1),
    Country("GR", "Greece", greek, ("{1|2|4|5|6|7}99 99",), CONTINENT, 0.8),
    Country("TR", "Turkey", turkish, ("{06|07|16|34|35}999",), ("{street}|{zip} {town}", "{street} {town}"), 1.2),
    Country("BR", "Brazil", portuguese, ("99999-999", "99999999"), ("{street}|{town} - {br}|{zip}", "{street}|{town}/{br}|CEP {zip}", "{street}|{zip}|{town}"), 3),
    Country("MX", "Mexico", mexican, ("99999",), ("{street}|{zip} {town}", "{street}|C.P. {zip}|{town}", "{street}|{town}"), 2),
    Country("AR", "Argentina", spanish, ("{A|B|C|S|X}9999AAA", "{1|2|5}999"), ("{street}|{zip} {town}", "{street}|{town}"), 1),
    Country("CO", "Colombia", spanish, ("{05|11|76}9999",), ("{street}|{town}", "{street}|{town}|Colombia"), 1),
    Country("CL", "Chile", spanish, ("{7|8}999999",), ("{street}|{town}", "{street}|{zip} {town}"), 0.7),
    Country("JP", "Japan", japanese, ("999-9999",), ("{street}|{town} {zip}", "{street}|{town}-shi|{zip}", "〒{zip} {town}|{street}"), 1.5),
    Country("KR", "South Korea", korean, ("{0|1|2|3|4|5|6}9999",), ("{street}|{town} {zip}", "{street}|{town}"), 1),
    Country("CN", "China", chinese, ("{1|2|3|4|5|6|7}99999",), ("{street}|{town}|{zip}", "{street}|{town}"), 1.5),
    Country("HK", "Hong Kong", chinese, ("",), ("{street}|Kowloon", "{street}|Hong Kong", "{street}|New Territories"), 1),
    Country("TW", "Taiwan", chinese, ("{1|2|4|8}99", "{1|2|4|8}9999"), ("{street}|Taipei City {zip}", "{street}|{town}"), 0.8),
    Country("SG", "Singapore", singapore, ("{0|1|2|3|4|5|6|7}99999",), ("{street}|Singapore {zip}", "{street} S{zip}", "{street}|S({zip})"), 2),
    Country("MY", "Malaysia", malaysian, ("{1|4|5|8}9999",), ("{street}|{zip} {town}", "{street}|{town}"), 1.5),
    Country("ID", "Indonesia", malaysian, ("{1|4|5|6}9999",), ("{street}|{town} {zip}", "{street}|{town}"), 1),
    Country("PH", "Philippines", filipino, ("{1|2|4|6|8}999",), ("{street}|{town}", "{street}|{zip} {town}", "{street}|{town} {zip}"), 1.5),
    Country("VN", "Vietnam", vietnamese, ("{1|5|7}99999",), ("{street}|Hanoi", "{street}|TP.HCM", "{street}|Ho Chi Minh City", "{street}|{town} {zip}"), 1),
    Country("AE", "UAE", gulf, ("99999",), ("{street}|Dubai", "{street}|Abu Dhabi|UAE", "{street}|Sharjah", "{street}|Riyadh {zip}", "{street}|Doha"), 1.5),
    Country("IL", "Israel", gulf, ("9999999",), ("{street}|Tel Aviv", "{street}|Haifa {zip}", "{street}|Jerusalem|{zip}"), 0.8),
)
# fmt: on
ITALIAN = words("MI RM TO NA BO FI VE PD BG BS VR GE PA CT BA SA VA MB LE")
BRAZILIAN = words("SP RJ MG RS PR BA PE CE SC GO DF ES")
WEIGHTS = tuple(c.weight for c in COUNTRIES)
NEW_LINES = ("\n", ",\n", "\n", ", ", ", ", ", ", ", ", ",", "  ", " ", " ")
"""How people part the lines of an address; a blank where they leave the commas out."""


def usps_zip(rng: random.Random, state: str) -> str:
    """A ZIP code that begins as those of the state do."""
    start = rng.choice(US_STARTS.get(state, "9").split())
    text = start + "".join(rng.choices("0123456789", k=5 - len(start)))
    return f"{text}-{rng.randint(1000, 9999)}" if rng.random() < 0.1 else text


def canadian_zip(rng: random.Random, province: str) -> str:
    text = filled(
        rng,
        CANADIAN_ZIPS.get(province, "K").replace("A", "\\A").replace("X", "\\X")
        + "9{A|B|C|E|G|H|J|K|L|M|N|P|R|S|T|V|W} 9{A|B|C|E|G|H|J|K|L|M|N|P|R|S|T|V|W}9",
    )
    return text.replace(" ", "") if rng.random() < 0.2 else text


def country_of(rng: random.Random) -> Country:
    return rng.choices(COUNTRIES, WEIGHTS)[0]


def postcode(rng: random.Random) -> str:
    """A postal code of any country; half are of the United States."""
    dice = rng.random()
    if dice < 0.42:
        return usps_zip(rng, rng.choice(places.STATES))
    text = (
        canadian_zip(rng, rng.choice(places.CANADIAN))
        if dice < 0.49
        else filled(rng, rng.choice(country_of(rng).zip)) or "00000"
    )
    return text.lower() if rng.random() < 0.12 else text


def street(rng: random.Random) -> str:
    """A street line alone."""
    text = american_street(rng) if rng.random() < 0.62 else country_of(rng).street(rng)
    return plain(text) if rng.random() < 0.5 else text


def american(rng: random.Random) -> str:
    """A whole address of the United States, or of its soldiers."""
    if rng.random() < 0.02:
        unit = rng.choice(
            (
                f"PSC {rng.randint(1, 999)} Box {rng.randint(1, 9999)}",
                f"Unit {rng.randint(1000, 99999)} Box {rng.randint(1, 999)}",
                f"CMR {rng.randint(100, 999)}, Box {rng.randint(1, 999)}",
            )
        )
        area, start = rng.choice((("AE", "09"), ("AP", "96"), ("AA", "340")))
        return f"{unit}, {rng.choice(('APO', 'FPO', 'DPO'))} {area} {start}{''.join(rng.choices('0123456789', k=5 - len(start)))}"
    where, line = places.american(rng), american_street(rng)
    code = usps_zip(rng, where.region)
    part = rng.choice(NEW_LINES)
    named = (
        dict(zip(places.STATES, places.STATE_NAMES, strict=False)).get(where.region, where.region)
        if rng.random() < 0.15
        else where.region
    )
    state = named.lower() if rng.random() < 0.04 else named
    dice = rng.random()
    if dice < 0.70:
        return f"{line}{part}{where.name}{rng.choice((', ', ', ', ' '))}{state}{rng.choice((' ', ' ', ', '))}{code}"
    if dice < 0.78:
        return f"{line}{part}{where.name}, {state}"
    if dice < 0.86:
        return f"{line}{part}{where.name}"
    if dice < 0.90:
        return f"{line}{part}{code}"
    return f"{line}{part}{where.name}{rng.choice((', ', ' '))}{state} {code}{rng.choice((', ', ' '))}{rng.choice(('USA', 'US', 'United States', 'U.S.A.'))}"


def canadian(rng: random.Random) -> str:
    where = places.american(rng, "CA")
    line = (
        canadian_french(rng)
        if where.region == "QC"
        else american_street(rng)
        if rng.random() < 0.8
        else f"{rng.randint(1, 2400)}-{american_street(rng)}"
    )
    part = rng.choice(NEW_LINES)
    return f"{line}{part}{where.name}{rng.choice((', ', ' ', ' ('))}{where.region} {canadian_zip(rng, where.region)}".replace(
        f"({where.region}", f"({where.region})"
    )


def foreign(rng: random.Random) -> str:
    """An address in the format of another country."""
    country = country_of(rng)
    code = filled(rng, rng.choice(country.zip)) if country.zip[0] else ""
    region = rng.choice(places.REGIONS)
    au = rng.choice(tuple(AUSTRALIAN_STATES))
    if country.code == "AU":
        code = AUSTRALIAN_STATES[au] + code[1:]
    town = places.town(rng, country.code)
    text = rng.choice(country.lines).format(
        street=country.street(rng),
        zip=code,
        town=town,
        region=region,
        n=rng.randint(1, 24),
        au=au,
        it=rng.choice(ITALIAN),
        br=rng.choice(BRAZILIAN),
    )
    if rng.random() < 0.1:
        text += "|" + country.name
    return text.replace("|", rng.choice(NEW_LINES))


def address(rng: random.Random) -> str:
    """A street line alone, or a whole address; on one line or several."""
    dice = rng.random()
    if dice < 0.2:
        return street(rng)
    text = american(rng) if dice < 0.58 else canadian(rng) if dice < 0.64 else foreign(rng)
    return plain(text) if rng.random() < 0.5 else text
