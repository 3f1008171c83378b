"""Street addresses of twelve countries are found whole, however they are written; what only looks like one is left."""

from collections.abc import Callable

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from redactor.detection.addresses import misspelt_street
from redactor.detection.patterns import Pattern, patterns, recognizer
from redactor.detection.rows import places, postal, streets
from redactor.detection.view import view
from redactor.types import Entity

RECOGNIZE = patterns()
MASKING = 0.5
"""The threshold of the shipped policy."""

ADDRESSES: dict[str, tuple[str, ...]] = {
    "US": (
        "123 main st apt 4b brooklyn ny 11201",
        "350 5th Ave, New York, NY 10118",
        "1600 Larkspur Avenue NW, Washington, DC 20500",
        "W156 N8480 Pilgrim Rd, Menomonee Falls, WI 53051",
        "4510 US Hwy 1, Rockledge, FL 32955",
        "RR 2 Box 152, Chester, VT 05143",
        "PO Box 1022, Austin, TX 78701",
        "987 Juniper Blvd, Suite 1200, Denver, CO 80202-4321",
        "2210 County Road 12, Fairhope, AL 36532",
        "77 Quail Hollow Dr, Unit 5, Boise, ID 83702",
        "1402 E 13th St, Tulsa, OK 74120",
        "Apt 12C, 480 Willow Street, Hoboken, NJ 07030",
        "918 Martin Luther King Jr Blvd, Lansing, MI 48915",
        "HC 72 Box 31, Lavina, MT 59046",
    ),
    "CA": (
        "24 Sussex Drive, Ottawa, ON K1M 1M4",
        "1208-55 Harbour Square, Toronto, ON M5J 2L1",
        "480 Rue Sherbrooke Ouest, Montréal, QC H3A 1B6",
        "PO Box 310, Whitehorse, YT Y1A 6C4",
        "3912 Oak Ridge Road, Halifax, Nova Scotia B3K 5M7",
        "Unit 14, 2200 Kingsway, Vancouver, BC V5N 2T4",
        "RR 3, Picton, ON K0K 2T0",
        "78 Portage Ave E, Winnipeg, MB R3C 0A1",
        "5116 Highway 7, Markham, Ontario L3R 1N1",
        "901 9th Street SW, Calgary, AB T2P 2W3",
        "66 Larch Crescent, Suite 3, Regina, SK S4P 3X2",
        "17 Water St, St. John's, NL A1C 1A1",
    ),
    "GB": (
        "Flat 4, 12 High Street, London SW1A 1AA",
        "10 Downing Street, London SW1A 2AA",
        "221b Baker Street, London NW1 6XE",
        "7 Harbour Way, Cardiff CF10 4PA",
        "Flat 2B, Rose House, 14 Larch Road, Leeds LS6 2AB",
        "38 Church Lane, Nether Wick, Oxfordshire OX7 6RT",
        "PO Box 44, Croydon CR0 4TA",
        "Unit 9, 55 Mill Lane, Derby DE1 3AQ",
        "3 The Crescent, Salford M5 4PF",
        "12A St Mary's Walk, Bristol BS1 6QA",
        "91 Gallowgate Road, Glasgow, G1 5AB",
        "Apartment 17, 200 Deansgate Street, Manchester M3 4LQ",
    ),
    "IE": (
        "12 O'Connell Street, Dublin 1, D01 F5P2",
        "Apt 5, 40 Smithfield Square, Dublin 7, D07 X2K8",
        "8 Patrick Street, Cork, T12 W8KX",
        "23 Eyre Square, Galway, H91 FD73",
        "PO Box 5, Sligo, F91 C2E4",
        "4 Castle Road, Kilkenny, Co. Kilkenny, R95 P2H7",
        "77 Harold's Cross Road, Dublin 6W, D6W XY00",
        "15 Main Street, Bray, Co. Wicklow, A98 V2N1",
        "31 Sea View Terrace, Tramore, County Waterford, X91 K3R2",
        "2 Ashgrove Avenue, Limerick, V94 T9PX",
        "Unit 3, 18 Quay Street, Drogheda, A92 E4F6",
        "60 Pearse Street, Dublin 2",
    ),
    "AU": (
        "Unit 5/12 George St, Sydney NSW 2000",
        "5/12 George Street, Parramatta NSW 2150",
        "101 Collins Street, Melbourne VIC 3000",
        "GPO Box 1234, Sydney NSW 2001",
        "27 Wattle Grove, Fremantle WA 6160",
        "Level 3, 45 Queen Street, Brisbane QLD 4000",
        "PO Box 88, Alice Springs NT 0871",
        "9 Banksia Court, Hobart TAS 7000",
        "U2/66 Jetty Road, Glenelg SA 5045",
        "14 Kookaburra Parade, Belconnen ACT 2617",
        "Locked Bag 20, Wollongong NSW 2500",
        "Lot 7 Yarra Valley Highway, Healesville VIC 3777",
    ),
    "NZ": (
        "12 Queen Street, Auckland 1010",
        "3/45 Ponsonby Road, Grey Lynn, Auckland 1011",
        "Private Bag 92019, Auckland 1142",
        "88 Lambton Quay, Wellington 6011",
        "PO Box 345, Nelson 7040",
        "27A Rata Street, Riccarton, Christchurch 8041",
        "Flat 2, 19 Cuba Street, Te Aro, Wellington 6011",
        "140 Tui Road, RD 2, Hamilton 3282",
        "6 Marine Parade, Napier 4110",
        "51 Kauri Terrace, Dunedin 9016",
        "210 Cameron Road, Tauranga 3110",
        "74 Great South Road, Papakura 2110",
    ),
    "DE": (
        "Hauptstraße 12a, 10115 Berlin",
        "Berliner Str. 45, 60311 Frankfurt am Main",
        "Karl-Marx-Allee 7-9, 10178 Berlin",
        "Unter den Linden 77, 10117 Berlin",
        "Am Markt 3, 28195 Bremen",
        "Lindenweg 8, 3. OG, 80331 München",
        "Postfach 12 34 56, 20095 Hamburg",
        "Kurfürstendamm 21, 10719 Berlin",
        "An der Mühle 14, D-50667 Köln",
        "Schillerplatz 2, 70173 Stuttgart",
        "Willy-Brandt-Straße 101, Whg. 12, 04109 Leipzig",
        "Ahornring 6 b, 97070 Würzburg",
        "Goethestr. 5, 01067 Dresden",
    ),
    "FR": (
        "12 bis rue de la Paix, 75002 Paris",
        "5 avenue Foch, 69006 Lyon",
        "27, boulevard de la République, 13001 Marseille",
        "3 place du Marché, 67000 Strasbourg",
        "14 impasse des Lilas, 31000 Toulouse",
        "8 chemin du Moulin, Bât. B, 06000 Nice",
        "BP 123, 44000 Nantes Cedex 1",
        "102 quai de Jemmapes, 75010 Paris",
        "45 ter rue Saint-Honoré, Appt 12, 75001 Paris",
        "19 allée des Tilleuls, 59000 Lille",
        "6 route de Vienne, 38200 Vienne",
        "33 rue du 8 Mai 1945, 34000 Montpellier",
    ),
    "ES": (
        "Calle de Alcalá 45, 3º B, 28014 Madrid",
        "C/ Mayor 12, 2º izq, 50001 Zaragoza",
        "Avenida de la Constitución, 8, 41001 Sevilla",
        "Plaza del Carmen 3, 18009 Granada",
        "Paseo de Gracia 92, 08008 Barcelona",
        "Apartado de Correos 123, 28080 Madrid",
        "Avda. de América nº 25, Bajo A, 28002 Madrid",
        "Carretera de Húmera 14, 28223 Pozuelo de Alarcón",
        "Ronda de Toledo 5, piso 4, 28005 Madrid",
        "Calle Serrano, 61, 28006 Madrid",
        "Travesía del Olmo 2, 33003 Oviedo",
        "Rambla de Catalunya 7, 1º 2ª, 08007 Barcelona",
    ),
    "IT": (
        "Via Roma 12/A, 00184 Roma",
        "Via Giuseppe Garibaldi, 45, 20121 Milano (MI)",
        "Piazza San Marco 1, 30124 Venezia",
        "Corso Vittorio Emanuele II 88, 10128 Torino TO",
        "Viale dei Mille 7, interno 5, 50131 Firenze FI",
        "Casella Postale 12, 40121 Bologna",
        "Largo Augusto 3, scala B, 20122 Milano",
        "Vicolo del Forno n. 9, 37121 Verona",
        "Via della Spiga 26, 20121 Milano",
        "Strada Maggiore 19, 40125 Bologna BO",
        "Lungomare Nazario Sauro 31, 70121 Bari",
        "Via XX Settembre 5, 16121 Genova",
    ),
    "NL": (
        "Keizersgracht 123-2, 1015 CJ Amsterdam",
        "Van der Helststraat 12, 1072 PA Amsterdam",
        "Coolsingel 40, 3011 AD Rotterdam",
        "Postbus 1234, 1000 BA Amsterdam",
        "Stationsplein 6, 3511 ED Utrecht",
        "Laan van Meerdervoort 88, 2517 AN Den Haag",
        "Dorpsstraat 5a, 7951 AB Staphorst",
        "Prins Hendrikkade 33, 1012 TM Amsterdam",
        "Molenweg 14, 9712 HP Groningen",
        "Eerste Helmersstraat 104 hs, 1054 EG Amsterdam",
        "Noorderdijk 2, 1687VB Wognum",
        "Beatrixlaan 17-III, 5611 KP Eindhoven",
    ),
    "IN": (
        "Flat No. 302, Sai Residency, MG Road, Andheri East, Mumbai 400069",
        "12, 3rd Cross, 4th Main, Indiranagar, Bengaluru 560038",
        "Plot No 45, Sector 62, Noida, Uttar Pradesh 201301",
        "B-204, Lotus Apartments, Link Road, Goregaon West, Mumbai - 400104",
        "H.No. 8-2-120, Banjara Hills, Hyderabad 500034",
        "#27, 2nd Floor, Gandhi Nagar, Chennai 600020",
        "House No. 11, Lajpat Nagar, New Delhi 110024",
        "Door No 5/3, Anna Salai, Chennai, Tamil Nadu 600 002",
        "14/2 Park Street, Kolkata 700016",
        "Shop No 7, Laxmi Road, Pune 411030",
        "Villa 9, Palm Meadows, Whitefield, Bangalore 560066",
        "PO Box 312, Kochi 682011",
    ),
}
"""By country; all made up, the numbers and codes too."""


def on_lines(address: str) -> str:
    """A line for each part; a house number keeps its street's line."""
    return regex.sub(r"(?<!^\d\d), (?!\d{1,3}[a-h]?,)", "\n", address)


def without_commas(address: str) -> str:
    return address.lower().replace(",", "")


FORMS: dict[str, Callable[[str], str]] = {
    "please send it to {}. Thanks!": str,
    "my address is {}": str.lower,
    "MY ADDRESS IS {}": str.upper,
    "Ship to:\n{}": on_lines,
    "i live at {}": without_commas,
}
UNKNOWN_TOWN = without_commas("74 Great South Road, Papakura 2110")
"""Four digits behind a town that no list holds, without a capital or a comma: the street alone is found."""


def found(text: str) -> list[Entity]:
    seen = view(text)
    spans = ((hit, seen.span(hit.start, hit.end)) for hit in RECOGNIZE(seen.text, []) if hit.score >= MASKING)
    return [Entity(*span, hit.type, hit.score, hit.recognizer) for hit, span in spans]


def addresses_in(text: str) -> list[str]:
    return [text[hit.start : hit.end] for hit in found(text) if hit.type == "STREET_ADDRESS"]


@pytest.mark.parametrize("lead", FORMS)
@pytest.mark.parametrize("country", ADDRESSES)
def test_an_address_is_one_value(country: str, lead: str) -> None:
    typed = [FORMS[lead](address) for address in ADDRESSES[country]]
    missed = [address for address in typed if address not in addresses_in(lead.format(address))]
    assert missed in ([], [UNKNOWN_TOWN])


ROWS = [*places.rows(), *streets.rows(), *postal.rows()]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_each_row_finds_its_own_example(row: Pattern) -> None:
    asked, _, marked = row.example.rpartition(" | ")
    before, value, after = regex.split("[⟦⟧]", marked)
    text = before + value + after
    hits = [hit for hit in recognizer([row])(text, [asked] if asked else []) if hit.score >= MASKING]
    assert value in [text[hit.start : hit.end] for hit in hits]


def test_each_country_has_a_dozen_addresses() -> None:
    assert len(ADDRESSES) == 12
    assert all(len(set(written)) >= 12 for written in ADDRESSES.values())


NO_ADDRESS = (
    "2 way street",
    "it is a 2 way street",
    "24 hour drive-thru",
    "a 24 hour drive through",
    "5 star place",
    "3 day lane closure",
    "10 downing of drinks",
    "1 park ticket",
    "I have 2 court dates",
    "4 square feet",
    "1200 square feet of space",
    "100 main reasons",
    "12 st louis cardinals tickets",
    "500 gb hard drive",
    "I bought 2 external hard drives",
    "a 1 tb hard drive please",
    "3 tennis courts and 2 pools",
    "1 supreme court ruling",
    "6 bowling lanes",
    "5 hiking trails",
    "I have 3 dr appointments",
    "saw 2 different doctors",
    "it took 45 minutes on the road",
    "i waited 5 days on my way home",
    "a 4 star place near the park",
    "we need 2 rooms, a suite and 4 beds",
    "a 3 bed 2 bath place",
    "10 minute drive",
    "15 miles down the road",
    "2 blocks from the square",
    "7 people on the way",
    "8 of them in the circle",
    "only 2 left in the box",
    "box 3 is damaged",
    "suite 16 is a game",
    "order 12 boxes of tea",
    "PO number 45821",
    "BP 120 over 80",
    "my BP is 120",
    "via email 3 times",
    "sent via FedEx 2 days ago",
    "Sent Via FedEx 2 Days Ago",
    "via chat 5 minutes ago",
    "plaza hotel 5 stars",
    "corso di 3 giorni",
    "a 5 course meal in 2 hours",
    "during 2019 we moved",
    "spring 2020 collection",
    "string 12 is broken",
    "monitor 2 is dead",
    "iPad 2 and notepad 7",
    "launchpad 3",
    "decade 3 of my life",
    "arcade 2 opens soon",
    "Parkplatz 12 ist frei",
    "Sitzplatz 14 am Fenster",
    "Hinweg 2 Stunden, Rückweg 3",
    "in der Strasse 5 Minuten warten",
    "room 12 at 10",
    "flat 20 percent off",
    "flat 50 off and 10 more",
    "unit price 12.99",
    "unit 3 of the course",
    "apartment for 2 adults",
    "level 5 support",
    "floor 3 has no wifi",
    "the 2020 PG game",
    "the 2011 TV Choice Awards",
    "at 1500 PM sharp",
    "1000 MB of data",
    "Sydney 2000 was great",
    "flight LV-426",
    "class of 2019 Amsterdam",
    "call 1010 now",
    "I paid 560038 points",
    "order 2 red shirts number 482913",
    "plot 3 points on 2 charts",
    "house 2 people in 1 room",
    "version 12 build 10115",
    "gate 4 drive 5",
    "1 large pizza, 2 small ones",
    "3 new highways",
    "take 101 to exit 12",
    "room for 2 in paris for 3 days",
    "12 rue",
    "4 avenues to explore",
    "rue 12",
    "I want 2 of calle ocho",
    "walk 10000 steps a day",
    "size 42 Berlin shoes",
    "2 Paris tickets",
    "model 12345 Hamburg edition",
    "1 place left for 3 people",
    "2 places of interest",
    "the 3 way call",
    "90 degree turn",
    "50 first dates",
    "2 lanes closed",
    "1 lane road, 5 cars",
    "1st street festival",
    "I live on the 3rd floor",
    "20 million pounds",
)


@pytest.mark.parametrize("recase", [str, str.upper, str.title])
def test_what_is_no_address_is_left_alone(recase: Callable[[str], str]) -> None:
    kinds = {"STREET_ADDRESS", "POSTAL_CODE"}
    wrong = [(text, hit.recognizer) for text in map(recase, NO_ADDRESS) for hit in found(text) if hit.type in kinds]
    assert wrong == []


PARTLY = [
    ("we stay at 10 Larch Lane, then leave", "10 Larch Lane"),
    ("Via Roma 12 days later", ""),
    ("12 Elm Steet is mine", "12 Elm Steet"),
    ("48 old mill raod", ""),
    ("9 maple aveneu, Dayton, OH 45402", "9 maple aveneu, Dayton, OH 45402"),
    ("7 oak boulevrad apt 3", "7 oak boulevrad apt 3"),
    ("j'habite 5 rue Neuve et toi", "5 rue Neuve"),
    ("1 Rue Daunou, 75002 rated 4 stars", "1 Rue Daunou, 75002"),
    ("Lindenweg 8", "Lindenweg 8"),
    ("Hauptstr. 12-14", "Hauptstr. 12-14"),
    ("12 High St, Wellington 6011, New Zealand", "12 High St, Wellington 6011, New Zealand"),
    ("1310 Larch Avenue Northwest, Washington, District of Columbia 20007, United States.",
     "1310 Larch Avenue Northwest, Washington, District of Columbia 20007, United States"),
    ("5 The Crescent, Leeds LS6 2AB", "5 The Crescent, Leeds LS6 2AB"),
    ("Flat 302, Larch Heights, Andheri East, Mumbai", "Flat 302, Larch Heights, Andheri East, Mumbai"),
    ("PSC 1234 Box 56, APO, AE 09123", "PSC 1234 Box 56, APO, AE 09123"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "address"), PARTLY)
def test_an_address_ends_where_it_ends(text: str, address: str) -> None:
    assert addresses_in(text) == ([address] if address else [])


@pytest.mark.parametrize("text", ["12 elm street", "12 elm strange", "3 red terraces", "5 street", "4 elm"])
def test_a_street_spelt_right_or_an_ordinary_word_is_no_slip(text: str) -> None:
    assert misspelt_street(text) == 0


def test_a_slip_in_the_word_for_a_street_ends_the_street() -> None:
    assert misspelt_street("12 elm stret now please") == len("12 elm stret")


NUMBERS = st.from_regex(r"[1-9][0-9]{0,3}", fullmatch=True)
LETTERED = st.from_regex(r"[1-9][0-9]{0,2}[a-h]?", fullmatch=True)
ZIPS = st.from_regex(r"[1-9][0-9]{4}", fullmatch=True)
PINS = st.from_regex(r"[1-9][0-9]{5}", fullmatch=True)
DUTCH = st.from_regex(r"[1-9][0-9]{3} [A-HJ-NP-R][A-HJ-NP-RT-Z]", fullmatch=True)


def one_of(listed: str) -> st.SearchStrategy[str]:
    return st.sampled_from(listed.split("/"))


def joined(*parts: st.SearchStrategy[str] | str) -> st.SearchStrategy[str]:
    return st.tuples(*(st.just(part) if isinstance(part, str) else part for part in parts)).map("".join)


US = joined(
    NUMBERS, " ", one_of("Larch/Old Mill/N Quail/E 13th/Martin Hill/St Anne"), " ",
    one_of("Street/St/Avenue/Ave/Blvd/Road/Rd/Drive/Dr/Lane/Ln/Court/Terrace/Pkwy/Hwy"),
    one_of("/, Apt 4B/ #12/, Unit 7/, Suite 210/ apt 3"), ", ",
    one_of("Dayton, OH/Santa Rosa, CA/New York, NY/Salt Lake City, UT/Erie, Pennsylvania"), " ", ZIPS,
)  # fmt: skip
GB = joined(
    one_of("/Flat 3, /Flat 2B, /Unit 9, "), LETTERED, " ", one_of("High/Church/Mill/Rose/St Mary's"), " ",
    one_of("Street/Road/Lane/Close/Gardens/Crescent/Way"), ", ", one_of("Leeds LS6 2AB/London SW1A 1AA/Derby, DE1 3AQ"),
)  # fmt: skip
DE = joined(
    one_of("Lärchen/Linden/Karl-Marx-/Neue "), one_of("straße/strasse/str./weg/allee/gasse/platz"), " ", LETTERED, ", ",
    one_of("/3. OG, /Whg. 12, "), ZIPS, " ", one_of("Berlin/Bad Homburg/Frankfurt am Main/Köln"),
).map(lambda text: text.replace("Neue str", "Neue Str"))  # fmt: skip
FR = joined(
    NUMBERS, one_of("/ bis/ ter"), " ", one_of("rue/avenue/boulevard/place/chemin/impasse"), " ",
    one_of("de la Paix/du Moulin/des Lilas/de l'Église"), ", ", one_of("/Bât. B, /Appt 12, "), ZIPS, " ",
    one_of("Paris/Lyon/Le Mans/Saint-Denis"),
)  # fmt: skip
ES = joined(
    one_of("Calle/C:/Avenida/Plaza/Paseo/Avda.").map(lambda kind: kind.replace(":", "/")), " ",
    one_of("del Olmo/Mayor/de la Paz"), " ", LETTERED, ", ",
    one_of("/3º B, /2º izq, /Bajo A, /piso 4, "), ZIPS, " ", one_of("Madrid/Sevilla/Las Palmas"),
)  # fmt: skip
IT = joined(
    one_of("Via/Viale/Piazza/Corso/Vicolo/Largo"), " ",
    one_of("Roma/Giuseppe Verdi/della Spiga/San Marco/XX Settembre"),
    one_of(" /, "), LETTERED, ", ", one_of("/interno 5, /scala B, "),
    ZIPS, " ", one_of("Roma/Milano (MI)/La Spezia SP"),
)  # fmt: skip
NL = joined(
    one_of("Keizers/Molen/Prins Hendrik/Dorps/Beatrix"), one_of("straat/laan/gracht/kade/weg/plein"), " ", LETTERED,
    ", ", DUTCH, " ", one_of("Amsterdam/Den Haag/Utrecht"),
)  # fmt: skip
IN = joined(
    one_of("Flat No. /Plot No /House No. /Door No /H.No. "), LETTERED, ", ",
    one_of("Larch Residency/Rose Towers/Sai Villa"),
    ", ", one_of("MG Road/Link Road/Gandhi Nagar/Sector 62/4th Main"), ", ", one_of("Mumbai/Pune/New Delhi/Nashik"),
    one_of(" / - "), PINS,
)  # fmt: skip
WRITTEN = st.sampled_from([str, str.lower, str.upper, on_lines])


@given(address=st.one_of(US, GB, DE, FR, ES, IT, NL, IN), write=WRITTEN)
@settings(max_examples=50, deadline=None)
def test_an_assembled_address_is_found_whole(address: str, write: Callable[[str], str]) -> None:
    typed = write(address)
    assert typed in addresses_in(f"Ship to:\n{typed}\n\nThanks")
