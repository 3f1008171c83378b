# ruff: noqa: E501  (data: lists of words are easiest to read as words)
"""Cities, towns and villages of the world, regions and countries.

Most towns come from the numbering-plan library's list of places by area code, so that town and state belong together.
"""

import importlib
import random
from dataclasses import dataclass
from functools import cache

from models.training.values.shapes import Pool, lines, plain, words

STATES = words(
    "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC PR"
)
STATE_NAMES = lines(
    "Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|"
    "Nebraska|Nevada|New Hampshire|New Jersey|New Mexico|New York|North Carolina|North Dakota|Ohio|Oklahoma|Oregon|Pennsylvania|Rhode Island|South Carolina|South Dakota|Tennessee|Texas|Utah|Vermont|Virginia|Washington|West Virginia|Wisconsin|Wyoming"
)
REGIONS = lines(
    "Ontario|Quebec|British Columbia|Alberta|Manitoba|Saskatchewan|Nova Scotia|New South Wales|Victoria|Queensland|Tasmania|NSW|VIC|QLD|BC|ON|QC|Kent|Essex|Surrey|Yorkshire|West Yorkshire|Lancashire|Devon|Cornwall|Norfolk|Suffolk|Cumbria|Dorset|Somerset|"
    "County Cork|Co. Galway|Donegal|Fife|Gwynedd|Maharashtra|Karnataka|Tamil Nadu|Kerala|Gujarat|Rajasthan|Punjab|Uttar Pradesh|West Bengal|Telangana|Andhra Pradesh|Bihar|Haryana|Bavaria|Bayern|Saxony|Hesse|Tuscany|Sicily|Lombardy|Catalonia|Andalusia|"
    "Galicia|Brittany|Normandy|Provence|Flanders|Wallonia|Jalisco|Nuevo León|Oaxaca|Minas Gerais|Bahia|Paraná|Gauteng|Western Cape|KwaZulu-Natal|Rivers State|Oyo State|Selangor|Johor|Penang|Cebu|Bavaria|Tyrol|Zealand|Skåne|Lapland|Hokkaido|Sindh|Gelderland"
)
BIG = lines(
    "New York|Los Angeles|Chicago|Houston|Phoenix|Philadelphia|San Antonio|San Diego|Dallas|Austin|Jacksonville|Columbus|Charlotte|Indianapolis|Seattle|Denver|Boston|Nashville|Detroit|Portland|Las Vegas|Memphis|Louisville|Baltimore|Milwaukee|"
    "Albuquerque|Tucson|Fresno|Sacramento|Mesa|Atlanta|Omaha|Raleigh|Miami|Oakland|Tulsa|Tampa|Cleveland|Newark|San Francisco|San Jose|Orlando|Pittsburgh|Cincinnati|St. Louis|Minneapolis|Brooklyn|Queens|the Bronx|Springfield|London|Manchester|Birmingham|"
    "Leeds|Glasgow|Edinburgh|Bristol|Cardiff|Belfast|Liverpool|Newcastle|Sheffield|Brighton|Nottingham|Leicester|Dublin|Cork|Galway|Limerick|Toronto|Montreal|Vancouver|Calgary|Ottawa|Edmonton|Winnipeg|Halifax|Quebec City|Sydney|Melbourne|Brisbane|Perth|Adelaide|"
    "Auckland|Wellington|Christchurch|Mumbai|Delhi|New Delhi|Bangalore|Bengaluru|Chennai|Hyderabad|Pune|Kolkata|Ahmedabad|Jaipur|Lucknow|Kochi|Karachi|Lahore|Islamabad|Dhaka|Chittagong|Colombo|Kathmandu|Singapore|Kuala Lumpur|Jakarta|Surabaya|Bandung|Manila|Quezon City|Cebu City|"
    "Bangkok|Chiang Mai|Hanoi|Ho Chi Minh City|Saigon|Da Nang|Phnom Penh|Yangon|Seoul|Busan|Incheon|Tokyo|Osaka|Kyoto|Yokohama|Nagoya|Sapporo|Beijing|Shanghai|Shenzhen|Guangzhou|Chengdu|Wuhan|Hong Kong|Taipei|Kaohsiung|Dubai|Abu Dhabi|Sharjah|Riyadh|Jeddah|Doha|Kuwait City|"
    "Muscat|Manama|Tehran|Baghdad|Erbil|Amman|Beirut|Damascus|Jerusalem|Tel Aviv|Haifa|Cairo|Alexandria|Casablanca|Rabat|Marrakech|Tunis|Algiers|Tripoli|Khartoum|Addis Ababa|Nairobi|Mombasa|Kampala|Dar es Salaam|Kigali|Lusaka|Harare|Johannesburg|Cape Town|Durban|Pretoria|"
    "Lagos|Abuja|Ibadan|Kano|Port Harcourt|Accra|Kumasi|Dakar|Abidjan|Bamako|Douala|Yaoundé|Kinshasa|Luanda|Maputo|Antananarivo|Istanbul|Ankara|Izmir|Antalya|Athens|Thessaloniki|Rome|Milan|Naples|Turin|Florence|Venice|Bologna|Palermo|Madrid|Barcelona|Valencia|Seville|Málaga|Bilbao|"
    "Lisbon|Porto|Braga|Paris|Lyon|Marseille|Toulouse|Nice|Nantes|Bordeaux|Lille|Strasbourg|Berlin|Hamburg|Munich|München|Köln|Cologne|Frankfurt|Frankfurt am Main|Stuttgart|Düsseldorf|Leipzig|Dresden|Vienna|Wien|Graz|Linz|Salzburg|Zurich|Zürich|Geneva|Genève|Basel|Bern|"
    "Amsterdam|Rotterdam|The Hague|Den Haag|Utrecht|Eindhoven|Brussels|Antwerp|Ghent|Bruges|Luxembourg|Copenhagen|København|Aarhus|Odense|Stockholm|Göteborg|Gothenburg|Malmö|Uppsala|Oslo|Bergen|Trondheim|Helsinki|Tampere|Turku|Reykjavik|Tallinn|Riga|Vilnius|Kaunas|"
    "Warsaw|Warszawa|Krakow|Kraków|Gdańsk|Wrocław|Poznań|Łódź|Prague|Praha|Brno|Ostrava|Bratislava|Budapest|Debrecen|Bucharest|București|Cluj-Napoca|Iași|Sofia|Plovdiv|Belgrade|Zagreb|Split|Ljubljana|Sarajevo|Skopje|Tirana|Kyiv|Lviv|Odesa|Kharkiv|Minsk|Moscow|St Petersburg|Kazan|"
    "Tbilisi|Yerevan|Baku|Almaty|Astana|Tashkent|Bishkek|Ulaanbaatar|Mexico City|Guadalajara|Monterrey|Puebla|Tijuana|Cancún|Bogotá|Medellín|Cali|Quito|Guayaquil|Lima|Cusco|La Paz|Santa Cruz|Santiago|Valparaíso|Buenos Aires|Córdoba|Rosario|Montevideo|Asunción|São Paulo|Rio de Janeiro|"
    "Brasília|Salvador|Belo Horizonte|Curitiba|Porto Alegre|Recife|Fortaleza|Caracas|Havana|Santo Domingo|San Juan|Kingston|Port-au-Prince|Panama City|San José|Guatemala City|Tegucigalpa|Managua|Honolulu|Anchorage|Suva|Apia|Port Moresby|Nuku'alofa"
)
VILLAGES = lines(
    "Ballycastle|Bunratty|Kilkenny|Ennis|Clifden|Dingle|Tralee|Much Wenlock|Bourton-on-the-Water|Chipping Norton|Stow-on-the-Wold|Nether Wallop|Little Snoring|Great Missenden|Upper Slaughter|St Ives|Wells-next-the-Sea|Ashby-de-la-Zouch|Llanfairfechan|Betws-y-Coed|Pontypridd|"
    "Aberystwyth|Ullapool|Pitlochry|Kirkcaldy|Cumbernauld|Milton Keynes|Stoke-on-Trent|Royal Tunbridge Wells|King's Lynn|Bishop's Stortford|Truth or Consequences|Walla Walla|Coeur d'Alene|Eau Claire|Fond du Lac|Terre Haute|Baton Rouge|Des Moines|Boise|Winnemucca|Intercourse|"
    "Hope|Paradise|Independence|Liberty|Enterprise|Defiance|Eureka|Surprise|Normal|Peculiar|Friendship|Accident|Bend|Mobile|Reading|Bath|Sandwich|Deal|Rugby|Ham|Nice|Split|Cork|Orange|Rifle|Buffalo|Phoenix|Lake Havasu City|Sault Ste. Marie|Moose Jaw|Medicine Hat|Trois-Rivières|"
    "Chicoutimi|Saint-Jérôme|Wagga Wagga|Toowoomba|Coober Pedy|Alice Springs|Whangarei|Te Awamutu|Nelspruit|Polokwane|Umhlanga|Ikeja|Lekki|Aba|Enugu|Thika|Nakuru|Eldoret|Tema|Takoradi|Noida|Gurgaon|Gurugram|Ghaziabad|Faridabad|Thane|Navi Mumbai|Vizag|Trivandrum|Mysuru|Hubli|Sialkot|"
    "Faisalabad|Rawalpindi|Multan|Sylhet|Kandy|Pokhara|Petaling Jaya|Shah Alam|Ipoh|Makati|Taguig|Pasig|Davao|Baguio|Garmisch-Partenkirchen|Rothenburg ob der Tauber|Bad Homburg|Castrop-Rauxel|Aix-en-Provence|Saint-Denis|Clermont-Ferrand|Villeneuve-d'Ascq|Reggio Emilia|L'Aquila|San Gimignano"
)


@dataclass(frozen=True)
class Town:
    """A town, the state or region it lies in where known, and the calling code of its country."""

    name: str
    region: str
    country: str


CALLING = {"1": "US", "44": "GB", "49": "DE", "33": "FR", "61": "AU", "55": "BR", "91": "IN", "64": "NZ", "81": "JP", "43": "AT", "353": "IE", "46": "SE", "30": "GR", "34": "ES", "351": "PT", "47": "NO", "31": "NL", "39": "IT",
           "40": "RO", "48": "PL", "358": "FI", "36": "HU", "60": "MY", "62": "ID", "52": "MX", "54": "AR", "56": "CL", "57": "CO", "92": "PK", "234": "NG", "233": "GH", "90": "TR", "32": "BE", "86": "CN", "27": "ZA"}  # fmt: skip
CANADIAN = words("AB BC MB NB NL NS NT NU ON PE QC SK YT")


@cache
def towns() -> dict[str, tuple[Town, ...]]:
    """Country -> its towns, from the numbering-plan library."""
    data = importlib.import_module("phonenumbers.geodata").GEOCODE_DATA
    found: dict[str, set[tuple[str, str]]] = {}
    for prefix, names in data.items():
        country = next((CALLING[prefix[:n]] for n in (1, 2, 3) if prefix[:n] in CALLING), "")
        text = names.get("en", "").replace(" - ", ", ")
        name, _, region = text.partition(", ")
        if country and fits(name) and (not region or fits(region)):
            if country == "US" and region in CANADIAN:
                country = "CA"
            if country not in ("US", "CA") or len(region) == 2:
                found.setdefault(country, set()).add((name, region))
    return {c: tuple(Town(n, r, c) for n, r in sorted(places)) for c, places in sorted(found.items())}


def fits(name: str) -> bool:
    """A plain name of a place: no lists of places, no provinces, no numbers."""
    wrong = ("/", "(", " province", "Region", "Island", " State", "district", "&", ":", "Airport", "Mine")
    return (
        2 <= len(name) < 28
        and plain(name).isascii()
        and not any(w in name for w in wrong)
        and not any(c.isdigit() for c in name)
    )


@cache
def faker_cities(locale: str) -> tuple[str, ...]:
    """The cities Faker lists for a locale."""
    provider = importlib.import_module(f"faker.providers.address.{locale}").Provider
    found = [c for c in getattr(provider, "cities", ()) if isinstance(c, str) and fits(c)]
    return tuple(sorted(set(found))) or BIG


COUNTRY_LISTS = {
    "CZ": "cs_CZ",
    "DK": "da_DK",
    "FI": "fi_FI",
    "NL": "nl_NL",
    "RO": "ro_RO",
    "SK": "sk_SK",
    "PL": "pl_PL",
    "HR": "hr_HR",
    "IN": "en_IN",
    "SE": "sv_SE",
    "IT": "it_IT",
    "ID": "id_ID",
    "BD": "en_BD",
}


@cache
def towns_of(country: str) -> tuple[str, ...]:
    """The towns of one country that we know; of the world where we know none."""
    listed = faker_cities(COUNTRY_LISTS[country]) if country in COUNTRY_LISTS else ()
    return tuple(sorted({t.name for t in towns().get(country, ())} | set(listed))) or BIG


def town(rng: random.Random, country: str) -> str:
    """A town of a country."""
    return rng.choice(towns_of(country))


def american(rng: random.Random, country: str = "US") -> Town:
    return rng.choice(towns()[country])


@cache
def country_pool() -> Pool:
    """All countries; those that customers of English-speaking firms name most, more often."""
    common = words(
        "USA USA United_States UK UK Canada Germany France India Spain Italy Mexico Brazil Australia Ireland Poland Nigeria Kenya South_Africa Japan China Philippines Pakistan Turkey Sweden Norway Portugal Netherlands the_Netherlands US U.S. U.K. United_Kingdom England Scotland Wales"
    )
    names = {c.name for c in importlib.import_module("faker.providers.date_time").Provider.countries}
    names |= {n for n in importlib.import_module("faker.providers.address.en").Provider.countries if len(n) < 25}
    return Pool.weighted(
        {**{n: 1.0 for n in sorted(names) if plain(n).isascii() and "(" not in n}, **dict.fromkeys(common, 8.0)}
    )


def country(rng: random.Random) -> str:
    return country_pool().draw(rng)


COUNTRY_WEIGHTS = Pool.weighted({"US": 30, "GB": 12, "CA": 5, "AU": 5, "IN": 6, "DE": 5, "FR": 4, "IT": 4, "ES": 3, "NL": 3, "BR": 3, "NZ": 2, "IE": 3, "PL": 2, "SE": 2, "AT": 1, "CZ": 1, "DK": 1, "FI": 1, "RO": 1, "SK": 1, "HR": 1,
                                  "MX": 2, "AR": 2, "CO": 1, "CL": 1, "GR": 1, "PT": 1, "NO": 1, "BE": 1, "PK": 1, "BD": 1, "ZA": 1, "NG": 1, "GH": 1, "ID": 1, "MY": 1, "TR": 1, "CN": 1, "JP": 1, "HU": 1})  # fmt: skip


def city(rng: random.Random) -> str:
    """A city, town or village of the world; half are big ones."""
    dice = rng.random()
    if dice < 0.42:
        name = rng.choice(BIG)
    elif dice < 0.48:
        name = rng.choice(VILLAGES)
    else:
        name = town(rng, COUNTRY_WEIGHTS.draw(rng))
    return plain(name) if rng.random() < 0.5 else name


def state(rng: random.Random) -> str:
    dice = rng.random()
    name = rng.choice(STATES if dice < 0.5 else STATE_NAMES if dice < 0.85 else REGIONS)
    return plain(name) if rng.random() < 0.5 else name


@cache
def country_names() -> dict[str, str]:
    """Country code -> its name."""
    countries = importlib.import_module("faker.providers.date_time").Provider.countries
    return {c.alpha_2_code: c.name for c in countries}


def in_its_country(rng: random.Random) -> str:
    code = COUNTRY_WEIGHTS.draw(rng)
    return f"{town(rng, code)}{rng.choice((', ', ', ', ' '))}{country_names().get(code, code)}"


def location(rng: random.Random) -> str:
    """A place alone, with its state, or a state, a region, a country."""
    dice = rng.random()
    if dice < 0.5:
        return city(rng)
    if dice < 0.66:
        where = american(rng, "US" if rng.random() < 0.85 else "CA")
        return f"{where.name}{rng.choice((', ', ', ', ' '))}{where.region}"
    if dice < 0.72:
        return in_its_country(rng)
    return state(rng) if dice < 0.84 else country(rng)
