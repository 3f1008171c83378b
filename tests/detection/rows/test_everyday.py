"""Everyday talk of all trades that holds the table's words and numbers: what is left alone, and what is masked as what.

The first list looks like values and holds none. The second gives plain values beside it, in small letters, with slips,
after questions: no rule that spares the first may cost the second.
"""

import pytest

from redactor.detection.patterns import patterns

from .conftest import Masked

LEFT = """
passport renewal fee is 130
my plate is broken
the reg form is 4 pages
vin diesel movie 2009
my card reader serial port
license key expired in 2023
bank holiday 25 12
coordinates team at 5.30
pan pizza 12345
sin city 2
cap size 7 1/4
how do I change my seat 12A
tin of beans 4011
id like 2 of these 10045 items
dl 1234 flight
mac address book pro 16
medicare plan b 2026
SKU AB-1234 near license plate
license plate bracket part number 71145-TBA-A00
vehicle registration form MV82 needed?
I drive a 911 Targa 4S 2021
my rego is due 12 march
dinner plates 10.5 inch set of 16
gps firmware 2.345, 3.456
gps accuracy 3.125, 4.250 meters
lat pulldown 60.500, 65.500
lens -2.125 -1.750 both eyes
stock -1.2345, +2.3456 today
bsb account has 123456 points
bsb customers 120000
transit time is 14-21 days
the passport wallet is item 100234567 in black
passport size photos cost 12.99 for 4
social security office closes at 1600
my social security check for 1820 dollars is late
In 2019 social security paid me
cooking pan 28cm 10 inch is out of stock
tax is 129999 in total?
identity verification failed 3 times error 1002003
the cap on product 4500 is loose
cap 20000 words for the essay
gas cap for 2015 civic part 17670
h1b visa cap 65000 and 20000
zip file 12345 kb
zip up hoodie 12345
post code lottery 2026
delivery took 12345 minutes
located 12345 meters away
ship 20000 pieces
apartment 3 rooms 75 m2 at 1250
suite 2 guests 350
enamel pin 1234 series is sold out
pin to the board 8043
pin 2 on the connector is bent
pin code must have 6 digits
code is 2500 lines long
error code 50041 on checkout
promo code is 482913
gift card of 100 does not work
I got 1200 points in the game
the text says delivery at 14:30
text message bundle 1000 for 10
my mac is a 2019 16 inch i9 32gb
mac address randomization on ios 17
serial killer documentary 2021
the serial has 12 seasons and 240 episodes
serial number format is 4 letters 8 digits
insurance id is required for 2025
health insurance premium went from 412.50 to 489.00
face id not working on iphone 13 ios 18.1
swift response, 10/10
suzuki swift 2016 1.2 brake pads
swift is required
routing protocol ospf area 0 on cisco 9300
bitcoin hit 104,250.00 today
ethereum block 19426587 confirmed?
imei check costs 2.99 for 10 phones
device id error 0x80070057
chart number 12 on page 34
patient number 7 in the queue
card declined 3 times error 05
the card game has 108 cards
account balance 1204567 points
I have 87500 miles and need 90000
flight BA 2490 from LHR to JFK on 12 dec
room 1204 has no hot water
invoice amount 1,245.50 due 30 days
meter reading is 004512
rtx 4090 24gb vs rx 7900 xtx
tyres 205/55 R16 91V
icd code e11.9
exchange rate 1.0845 0.9221
bond yields 4.125, 4.250
gas 3.459 per gallon 12.345 gallons
what is your passport number? | why do you need it? the flight is AA100 at 18:05
What is your passport number? | it expires in 2027
What is your license plate? | it's a rental, a red ford focus 1.6
What is your license plate? | I don't know it, it is a 2018 Honda Civic
What is the serial number? | bought it on 2024-05-12 for 899.00
What is your bank account number? | I'd rather pay 149.99 by card
What is your BSB? | what is a bsb? it's 12 dollars only
What is the verification code? | I didn't get any, waited 10 minutes
What is your PIN? | I forgot it, been locked since 2024
What are the last four of your social? | I moved here in 2019 so I have none
What is your zip code? | the box is 60x40x40
I paid 1200 for social security
What is your ID number? | I called at 14:30 on 12/05/2026
got 15000 in sms marketing list
the text says 120000 people
I forgot my password | I reset it to factory settings
the password expired | we updated it to version 2.4
my password does not work | I changed it to a longer one
""".strip().splitlines()


@pytest.mark.parametrize("line", LEFT)
def test_everyday_talk_is_left_alone(masked: Masked, line: str) -> None:
    asked, _, message = line.rpartition(" | ")
    assert masked(message, asked) == []


FOUND = """
PASSPORT pasport number ⟦c01234567⟧
PASSPORT my passport's number is ⟦x1234567⟧
PASSPORT my passprt no is ⟦c01234567⟧
PASSPORT travel document number ⟦c01234567⟧
PASSPORT mein reisepass ist ⟦c01x00t47⟧
PASSPORT mi pasaporte es ⟦aaa123456⟧
PASSPORT What is your passport number? | its ⟦ab123456⟧
PASSPORT My bank closed; What is your passport number? | ⟦512345678⟧
DRIVER_LICENSE dl# ⟦d1234567⟧
DRIVER_LICENSE driver lisence number ⟦d1234567⟧
DRIVER_LICENSE drivers liscense is ⟦d1234567⟧
DRIVER_LICENSE führerschein ⟦b072rre2i55⟧
DRIVER_LICENSE What is your driver's license number? | it's ⟦f123-456-78-901-0⟧
VEHICLE_ID What is your license plate? | it's ⟦7abc123⟧
VEHICLE_ID car reg is ⟦lb07 sew⟧
VEHICLE_ID my rego is ⟦1ab 2cd⟧
VEHICLE_ID my number plate is ⟦abc 1234⟧
VEHICLE_ID la mia targa è ⟦ab 123 cd⟧
VEHICLE_ID vin number is ⟦1m8gdm9axkp042788⟧
DEVICE_ID serial is ⟦c02xg0fdh7jy⟧
DEVICE_ID serial ⟦c02xg0fdh7jy⟧
DEVICE_ID serial numbr ⟦c02xg0fdh7jy⟧
DEVICE_ID the serial number on the back is ⟦c02xg0fdh7jy⟧
DEVICE_ID my serial number reads ⟦c02xg0fdh7jy⟧
DEVICE_ID What is the serial number? | ⟦8706847615⟧
DEVICE_ID emei ⟦490154203237518⟧
DEVICE_ID sim card number ⟦89014103211118510720⟧
MAC_ADDRESS mac address is ⟦00005e0053af⟧
MEDICAL_ID my patient id is ⟦00482913⟧
MEDICAL_ID What is your patient id? | ⟦482913⟧
MEDICAL_ID insurance member id ⟦xeh1234567⟧
MEDICAL_ID my insurance id is ⟦w123456789⟧
MEDICAL_ID member id on my health insurance card is ⟦xeh1234567⟧
MEDICAL_ID health card number ⟦1234567890⟧
BANK_ACCOUNT transit ⟦12345⟧ institution 003 account 1234567
BANK_ACCOUNT transit 12345 institution ⟦003⟧ account 1234567
BANK_ACCOUNT transit 12345 institution 003 account ⟦1234567⟧
BANK_ACCOUNT bsb ⟦062000⟧ account number 12345678
BANK_ACCOUNT bsb 062000 account number ⟦12345678⟧
BANK_ACCOUNT bsb is ⟦062 000⟧ and account is 12345678
BANK_ACCOUNT What is your BSB? | ⟦062000⟧
BANK_ACCOUNT routing 011000015 account ⟦000123456789⟧
BANK_ACCOUNT rounting number ⟦011000015⟧
BANK_ACCOUNT bank account ⟦000123456789⟧
BANK_ACCOUNT What is your bank account number? | ⟦000123456789⟧
BANK_ACCOUNT What is your sort code and account number? | ⟦200000⟧ and 12345678
BANK_ACCOUNT What is your sort code and account number? | 200000 and ⟦12345678⟧
BANK_ACCOUNT bic is ⟦deutdeff⟧
CREDIT_CARD my debit card ⟦4000056655665556⟧
CREDIT_CARD my gift card number is ⟦6006491234567890⟧
ACCOUNT_ID loyalty card number is ⟦6001234567⟧
ACCOUNT_ID my library card number is ⟦21234567890⟧
US_SSN last 4 of social ⟦1234⟧
US_SSN the last four of my ssn are ⟦1234⟧
US_SSN ssn xxx-xx-⟦1234⟧
US_SSN What are the last four of your social? | ⟦1234⟧
US_SSN socail security number ⟦536221234⟧
NATIONAL_ID identity card number ⟦1234567890123⟧
NATIONAL_ID What is your identity card number? | ⟦1234567890123⟧
NATIONAL_ID id card number ⟦1234567890⟧
NATIONAL_ID What is your national ID? | ⟦1234567890⟧
NATIONAL_ID pan is ⟦acupa7085r⟧
NATIONAL_ID tax id number ⟦912903456⟧
COORDINATES my coordinates are ⟦40.7128,-74.0060⟧
COORDINATES gps ⟦40.7128 -74.0060⟧
COORDINATES we are at ⟦51.5074, -0.1278⟧
POSTAL_CODE I live in Mumbai, pin code ⟦400069⟧
POSTAL_CODE pincode - ⟦560001⟧ bangalore
POSTAL_CODE in India the pin code is ⟦400069⟧
POSTAL_CODE Please share your delivery pincode | ⟦400069⟧
POSTAL_CODE What is the pin code of your address? | ⟦560034⟧
POSTAL_CODE What is your postcode? | ⟦sw1a2aa⟧
POSTAL_CODE What is your zip code? | ⟦90210⟧ please
POSTAL_CODE il mio cap è ⟦00184⟧
POSTAL_CODE postcode ⟦1015 cj⟧
STREET_ADDRESS What is the address? | it's ⟦apt 4b⟧
SECRET pasword is ⟦winter2024⟧
SECRET passwrod: ⟦winter2024⟧
SECRET What is your password? | its ⟦Winter2024!⟧
SECRET I forgot my password | I reset it to ⟦Winter2024!⟧
SECRET Have you tried to reset your password? | I reset it to ⟦Winter2024!⟧
SECRET What is your password? | ⟦536-22-1234⟧
SECRET my password is ⟦4111111111111111⟧
SECRET my password is ⟦john1985@example.com⟧
SECRET my wifi password is ⟦00:00:5e:00:53:af⟧
SECRET my pin is ⟦90210⟧
SECRET my pin for the card is ⟦4821⟧
SECRET What is your PIN? | ⟦2024⟧
SECRET my pin code is ⟦400069⟧
SECRET the pin code for my delivered card is ⟦482913⟧
SECRET my address is fine, the pin code ⟦482913⟧ of my debit card is not
SECRET I got ⟦482913⟧ in the text
SECRET We sent you a verification code. | I got ⟦482913⟧ in the text
SECRET the text says ⟦482913⟧
""".strip().splitlines()


@pytest.mark.parametrize("line", FOUND)
def test_plain_value_is_masked_as_what_it_is(masked: Masked, line: str) -> None:
    kind, said = line.split(" ", 1)
    asked, _, message = said.rpartition(" | ")
    value = message[message.index("⟦") + 1 : message.index("⟧")]
    text = message.replace("⟦", "").replace("⟧", "")
    assert (kind, value) in masked(text, asked)


@pytest.mark.parametrize(
    "earlier",
    [
        "my passport expires soon",
        "the serial number is on the back",
        "I paid from my bank account",
        "my license plate frame came broken",
        "I have no driver's license, only a national id card",
        "What is your passport number?",
        "is that the VIN or the chassis number?",
        "my imei is blocked and the tax number is wrong",
        "we deliver to pin code areas in India",
    ],
)
def test_what_was_asked_last_decides_whatever_was_talked_about(earlier: str) -> None:
    recognize = patterns()
    for asked, answer, kind in (
        ("What is your order number?", "8706847615", "ACCOUNT_ID"),
        ("What is your phone number?", "212 555 0143", "PHONE_NUMBER"),
        ("What is your zip code?", "90210", "POSTAL_CODE"),
        ("What is your card number?", "4111 1111 1111 1111", "CREDIT_CARD"),
    ):
        best = max(recognize(answer, [earlier, asked]), key=lambda hit: hit.score)
        assert (best.type, best.start, best.end) == (kind, 0, len(answer))
