# ruff: noqa: E501  (data: lists of names are easiest to read as words)
"""Firms, agencies, schools, hospitals, clubs and bands: well-known ones and invented ones."""

import random

from models.training.values import places
from models.training.values.names import surname
from models.training.values.shapes import letters, lines, words
from models.training.values.words import NICK_WORDS, coined

WELL_KNOWN = lines(
    "Amazon|Google|Microsoft|Apple|Netflix|Walmart|Target|Costco|Starbucks|FedEx|UPS|DHL|USPS|PayPal|Visa|Mastercard|American Express|Discover|Bank of America|Wells Fargo|HSBC|Barclays|Chase|JPMorgan Chase|Citibank|Citi|Capital One|US Bank|PNC|TD Bank|Truist|Goldman Sachs|Morgan Stanley|"
    "Lloyds|NatWest|Santander|Halifax|Nationwide|Monzo|Revolut|Starling|Wise|N26|ING|ABN AMRO|Rabobank|Deutsche Bank|Commerzbank|Sparkasse|BNP Paribas|Crédit Agricole|Société Générale|UniCredit|Intesa Sanpaolo|BBVA|CaixaBank|UBS|Credit Suisse|Nordea|Danske Bank|Swedbank|SEB|RBC|Scotiabank|BMO|CIBC|"
    "Commonwealth Bank|ANZ|Westpac|NAB|ASB|Kiwibank|State Bank of India|HDFC Bank|ICICI Bank|Axis Bank|Kotak|Paytm|PhonePe|Razorpay|Standard Bank|FNB|Absa|Nedbank|Capitec|GTBank|Zenith Bank|Access Bank|Equity Bank|M-Pesa|Safaricom|MTN|Itaú|Bradesco|Nubank|Banco do Brasil|Banorte|BBVA México|DBS|OCBC|UOB|Maybank|CIMB|"
    "Delta|United Airlines|American Airlines|Southwest|JetBlue|Alaska Airlines|Spirit|Frontier|Lufthansa|Ryanair|easyJet|British Airways|Air France|KLM|Iberia|Vueling|Wizz Air|Turkish Airlines|Emirates|Etihad|Qatar Airways|Singapore Airlines|Cathay Pacific|Qantas|Virgin Atlantic|Air Canada|WestJet|Air India|IndiGo|LATAM|Avianca|Aeromexico|Finnair|SAS|Norwegian|Aer Lingus|Ethiopian Airlines|Kenya Airways|ANA|JAL|Korean Air|"
    "Uber|Lyft|Airbnb|Booking.com|Expedia|Tripadvisor|Marriott|Hilton|Hyatt|IHG|Accor|Best Western|Holiday Inn|Radisson|Wyndham|Hertz|Avis|Enterprise|Sixt|Europcar|Budget|Bolt|Grab|Ola|Gojek|Didi|Deliveroo|Uber Eats|DoorDash|Grubhub|Instacart|Just Eat|Glovo|Zomato|Swiggy|HelloFresh|Domino's|Pizza Hut|"
    "Verizon|AT&T|T-Mobile|Sprint|Comcast|Xfinity|Spectrum|Cox|Vodafone|O2|EE|BT|Three|Sky|Virgin Media|TalkTalk|Orange|SFR|Bouygues Telecom|Free|Telekom|Telefónica|Movistar|TIM|Wind Tre|Swisscom|KPN|Proximus|Telia|Telenor|Rogers|Bell|Telus|Telstra|Optus|Spark|Airtel|Jio|Claro|Tigo|Singtel|Globe|PLDT|"
    "Tesla|Toyota|Ford|Honda|BMW|Mercedes-Benz|Audi|Volkswagen|Hyundai|Kia|Nissan|Volvo|Renault|Peugeot|Fiat|General Motors|Chevrolet|Jeep|Subaru|Mazda|Ferrari|Porsche|Tata Motors|Geico|State Farm|Allstate|Progressive|Liberty Mutual|USAA|Farmers|Nationwide Insurance|Aviva|AXA|Allianz|Zurich|Admiral|Direct Line|Churchill|Prudential|MetLife|Aflac|Generali|LIC|"
    "Kaiser Permanente|Blue Cross Blue Shield|Aetna|Cigna|Humana|UnitedHealthcare|Anthem|CVS|Walgreens|Rite Aid|Boots|Bupa|NHS|Mayo Clinic|Cleveland Clinic|Johns Hopkins|Medicare|Medicaid|Pfizer|Moderna|AstraZeneca|Bayer|Novartis|Roche|Stripe|Shopify|Square|Klarna|Afterpay|Affirm|Venmo|Zelle|Cash App|Western Union|MoneyGram|Coinbase|Binance|Kraken|Robinhood|Fidelity|Vanguard|Charles Schwab|"
    "Zalando|IKEA|H&M|Zara|Uniqlo|Primark|Next|ASOS|Shein|Temu|AliExpress|Alibaba|eBay|Etsy|Wayfair|Best Buy|Home Depot|Lowe's|Macy's|Nordstrom|Kohl's|JCPenney|Sears|Kroger|Publix|Safeway|Whole Foods|Trader Joe's|Aldi|Lidl|Tesco|Sainsbury's|Asda|Morrisons|Waitrose|Marks & Spencer|John Lewis|Argos|Currys|Carrefour|Auchan|Edeka|Rewe|MediaMarkt|Otto|Bol.com|Coolblue|Allegro|Flipkart|Myntra|Lazada|Shopee|Mercado Libre|Jumia|Takealot|Woolworths|Coles|Bunnings|Kmart|"
    "Nike|Adidas|Puma|Lululemon|Levi's|Gap|Old Navy|Michael Kors|Guess|Calvin Klein|Tommy Hilfiger|Ralph Lauren|Gucci|Prada|Louis Vuitton|Chanel|Sephora|L'Oréal|Nestlé|Unilever|Procter & Gamble|Coca-Cola|Pepsi|McDonald's|Burger King|KFC|Subway|Chipotle|Dunkin'|Costa|Sony|Samsung|LG|Panasonic|Dell|HP|Lenovo|Asus|Acer|Intel|AMD|Nvidia|IBM|Oracle|SAP|Salesforce|Adobe|Zoom|Slack|Dropbox|GitHub|Atlassian|Spotify|Disney|Hulu|HBO|Warner Bros|Nintendo|PlayStation|Xbox|Steam|Epic Games|Roblox|EA|Ubisoft|"
    "Facebook|Meta|Instagram|WhatsApp|Twitter|TikTok|Snapchat|LinkedIn|Reddit|Telegram|OpenAI|Anthropic|GoDaddy|Cloudflare|Wix|Squarespace|Mailchimp|HubSpot|Zendesk|Intercom|Deloitte|PwC|KPMG|Ernst & Young|McKinsey|Accenture|Infosys|TCS|Wipro|Capgemini|Cognizant|Boeing|Airbus|Siemens|Bosch|Philips|General Electric|3M|Shell|BP|ExxonMobil|Chevron|Total|British Gas|E.ON|EDF|Octopus Energy|PG&E|Con Edison|Duke Energy|Thames Water|"
    "IRS|DMV|SSA|FBI|CIA|USCIS|DHS|TSA|FDA|CDC|NASA|HMRC|DVLA|DWP|Home Office|Centrelink|ATO|Service Canada|CRA|SARS|UIDAI|Interpol|United Nations|UNICEF|WHO|Red Cross|Oxfam|Greenpeace|WWF|Amnesty International|Save the Children|Salvation Army|Harvard|Yale|Stanford|MIT|Princeton|Columbia University|UCLA|NYU|Oxford University|Cambridge University|University of Toronto|McGill|University of Melbourne|IIT Bombay|Sorbonne|ETH Zurich|"
    "BBC|CNN|Fox News|NBC|ABC|CBS|Reuters|Associated Press|The New York Times|The Guardian|Washington Post|Al Jazeera|Bloomberg|Forbes|Le Monde|Der Spiegel|El País|Manchester United|Arsenal|Liverpool FC|Real Madrid|FC Barcelona|Bayern Munich|Juventus|New York Yankees|Dallas Cowboys|LA Lakers|Toronto Maple Leafs|Royal Mail|Canada Post|Australia Post|Deutsche Post|La Poste|PostNL|Evri|DPD|GLS|Hermes|TNT|Aramex|Blue Dart|J&T Express|OnTrac|Purolator"
)
FORMS = words(
    "Inc Inc. LLC Ltd Ltd. GmbH Corp Corporation Group Bank Insurance Airlines Hotel University Logistics Hospital Labs AG S.A. SARL B.V. Pty_Ltd Pvt_Ltd plc Co. & Co Holdings Partners Systems Technologies Solutions Software Energy Media Foods Pharma Airways Motors Telecom Mobile Health Care Studios Games Travel Capital Ventures Industries International Global Worldwide Express Oy AB A/S S.p.A. S.r.l. Kft sp._z_o.o."
)
TRADES = words(
    "&_Sons &_Co Consulting Dental Law_Firm Motors Bakery Pharmacy Plumbing Realty and_Partners Roofing Electric Auto_Repair Chiropractic Veterinary_Clinic Family_Practice Orthodontics Landscaping Catering Florist Jewelers Furniture Hardware Moving Photography Accounting Architects Brothers &_Daughters Funeral_Home Optometry Physio Salon Barbers Tyres Builders"
)
PLACES_OF = words(
    "University_of_{} {}_University {}_General_Hospital {}_Community_College {}_High_School City_of_{} {}_City_Council {}_Police_Department {}_FC {}_United {}_Rovers {}_Medical_Center {}_Public_Library {}_Credit_Union Bank_of_{} {}_Chamber_of_Commerce {}_Times {}_Herald Radio_{} {}_Water {}_Transit {}_Rotary_Club {}_Golf_Club {}_Housing_Association {}_County_Court Diocese_of_{} {}_Primary_School St_Mary's_{} {}_Airport_Authority {}_Food_Bank Friends_of_{} {}_Symphony_Orchestra {}_Institute_of_Technology Technical_University_of_{}"
)
ADJECTIVES = words(
    "Blue Red Green Golden Silver Bright Swift Smart First United National Pacific Atlantic Global Royal Urban Modern Digital Clear True Prime Summit Pioneer Liberty Heritage Northern Western Coastal Evergreen Crystal Quantum Stellar Rapid Fresh Happy Lucky Little Big Wild"
)
NOUNS = words(
    "Wave Peak River Bridge Stone Oak Leaf Cloud Path Harbor Star Moon Fox Bear Wolf Lion Eagle Falcon Pixel Byte Spark Flame Anchor Compass Lantern Basket Kitchen Closet Garden Table Market Nest Hive Forge Works Point Line Logic Core Loop Mint Cart"
)
GOODS = words(
    "Shop Store Mart Outlet Boutique Market Supply Apparel Shoes Electronics Pets Toys Books Beauty Fitness Home Kitchen Garden Sports Foods Coffee Tea Wines Optics Bikes Tools"
)


def invented(rng: random.Random) -> str:
    """A name that no firm has, of a pattern that many have."""
    c, a, n = coined(rng, 2), rng.choice(ADJECTIVES), rng.choice(NOUNS)
    return rng.choice(
        (
            f"{c} {rng.choice(FORMS)}", f"{c} {rng.choice(FORMS)}", f"{a}{n}", f"{a} {n}", f"{a} {n} {rng.choice(FORMS)}", f"{c} {rng.choice(GOODS)}", f"The {a} {rng.choice(GOODS)}", f"{n} & {rng.choice(NOUNS)}", f"{c}ly", f"{c}ify", f"My{n}",
            f"{n}{rng.choice(NOUNS).lower()}.com", f"{c}.io", f"{letters(rng, 3)} {rng.choice(FORMS)}", f"{letters(rng, rng.choice((2, 3, 4)))}", f"{letters(rng, 1)}&{letters(rng, 1)} {rng.choice(GOODS)}", f"The {rng.choice(NICK_WORDS).title()} {n}s", f"{a} {rng.choice(NICK_WORDS).title()}s",
            f"{c} Foundation", f"{c} Trust", f"{n}s Without Borders", f"{a} {n} Records", f"Team {c}",
        )
    )  # fmt: skip


def org(rng: random.Random) -> str:
    """An organisation."""
    dice = rng.random()
    if dice < 0.36:
        return rng.choice(WELL_KNOWN)
    if dice < 0.54:
        return (
            f"{surname(rng)} {rng.choice(TRADES)}"
            if rng.random() < 0.7
            else f"{surname(rng)}, {surname(rng)} & {surname(rng)}{rng.choice((' LLP', '', ' PC'))}"
        )
    return rng.choice(PLACES_OF).format(places.city(rng)) if dice < 0.68 else invented(rng)
