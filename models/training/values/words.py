# ruff: noqa: E501  (data: lists of words are easiest to read as words)
"""Ordinary words that names, nicknames, passwords and organisations are made of."""

import random

from models.training.values.shapes import words

NAMES_THAT_ARE_WORDS = words(
    "will may mark grace hope bill summer chase art pat sue jack drew rose lily daisy ivy dawn joy faith june april august autumn skip",
    "gene hunter mason cooper carter dean earl king duke prince pearl ruby amber crystal jade violet iris olive ginger rusty sandy",
    "rocky brook ford rich rob bob frank ernest guy ray don dot penny robin martin jay jean carol holly heather misty charity",
    "constance patience prudence mercy harmony melody destiny chance trip ace max miles grant ward wade reed clay cliff glen dale lane",
    "forrest heath stone storm sky skye rain sunny angel christian major noble royal justice victor chuck buck tag tab sterling dusty josh",
    "nick pierce pike spike lance tanner parker porter page sage basil pepper clementine hazel magnolia willow aspen laurel myrtle",
    "wren lark raven dove colt buster chip bud rod mike jimmy john dick peg bee coral opal garnet ash birch clover fern poppy ivory ebony",
    "sonny junior precious princess blessing comfort gift happy lucky beauty trust goodluck sunday friday monday genesis trinity nevaeh journey",
    "cash gauge ranger archer sailor gunner ryder bishop deacon pastor baron count rebel maverick blaze cruise dash flash jet ryan bo see so an do",
)
SURNAMES_THAT_ARE_WORDS = words(
    "price long young green brown white black gray rich banks bush hill wood woods field fields rivers lake stone rock ford marsh",
    "moore case cash chance church cook cross day fine fish fox frost good grant hall hand hart head holder hood hunt keen key knight",
    "lamb law little love low major mann more nice noble ogden pace page park parker parks post potter powers pride rose rush sharp",
    "short silver small snow sparks speed spring steel stern strong swift sweet tall temple waters way weeks wells west winter wise",
    "wolf worth wright best bird bishop blue bond booth boyle branch bright broad burns bell ball bacon baker barber bowman",
    "order ticket bill sale sales store shipp cards card code bank penny pound dollar cost buck mailer cable box boxer case rent payne",
    "pope king prince duke abbott dean major marshall sheriff judge lawyer doctor miller tailor taylor carter porter sawyer smith",
    "berry cherry peach plum pepper salt sugar rice beans coffee wine beer bread butter cheese garlic ham pickle turnip olive lemon",
    "may march friday sunday monday summers winters holiday christmas easter noon early late goodnight morrow hope joy bliss grief",
    "bridge tower castle house barn gates wall walls street rhodes lane poole mills dale glenn moon star sun skye raines storm cloud",
)
NICK_WORDS = words(
    "dragon moon star cool sunny pixel ninja tiger happy crazy wolf panda gamer lucky blue red dark sky music dancer runner coffee cat dog",
    "mama papa foodie travel biker surfer queen king boss sweet little big super mega real official its the just",
    "shadow ghost hunter sniper toxic savage legend pro noob epic turbo nitro cyber neon retro vintage disco jazz rock metal punk emo goth",
    "kitty puppy bunny bear fox hawk eagle shark snake viper cobra raven owl frog duck llama sloth unicorn phoenix griffin wizard witch elf",
    "soccer hoops golf yoga gym lift hike climb sail fish bass drum guitar piano vinyl books reader writer artist baker chef pizza taco sushi",
    "boba mocha latte chai berry peach mango lemon cherry honey sugar spice pepper cookie muffin waffle pancake donut bacon noodle pickle",
    "nurse doc coach teach mom dad mum nana auntie uncle bro sis babe girl boy guy dude lady lord sir captain major chief agent spy rebel",
    "vegas texas cali nyc london paris tokyo miami aussie kiwi desi latina viking celtic nordic southern northern island beach mountain river ocean",
)
PASSWORD_WORDS = words(
    "summer winter sunshine dragon monkey flower tiger shadow master princess football baseball soccer hockey superman batman purple orange cookie",
    "pepper ginger buster maggie rocky welcome letmein secret hello freedom whatever trustno starwars pokemon hunter ranger coffee blossom",
    "password qwerty admin iloveyou charlie jordan liverpool arsenal chelsea barcelona yankees cowboys lakers mustang corvette ferrari harley mercedes",
    "chocolate banana cheese butterfly rainbow angel lovely diamond silver golden thunder lightning phoenix matrix merlin gandalf hobbit wizard",
    "spring autumn monday friday january october december london paris boston chicago denver mexico africa canada ireland jesus blessed grace faith",
    "mommy daddy family forever always together lucky happy smile kitty doggy puppy snoopy scooby bubbles peanut pumpkin snickers oreo pickles",
)
PASSPHRASE_WORDS = words(
    "correct horse battery staple anchor basket candle dagger ember falcon garden hammer island jungle kettle ladder marble needle oyster pepper",
    "quartz ribbon saddle tunnel umbrella velvet walnut yellow zipper acorn bucket cactus dolphin engine feather glacier harbor igloo jacket",
)
PETS = words(
    "fluffy rex buddy max bella luna charlie coco daisy rocky milo oscar toby simba shadow whiskers mittens patches spot lucky sparky biscuit",
    "pumpkin smokey tinkerbell fido rover duke bear cooper tucker winston murphy gizmo loki thor zeus apollo nala cleo felix tigger boots oreo",
    "pepper ginger sammy jasper willow hazel olive mocha peanut waffles nugget pickles bandit ziggy scout moose bruno roscoe tyson rusty",
)
ONSETS = words("b br c ch d dr f g gr h j k kr l m n p r s sh st t tr v w y z th kh ph sk bh mb nd")
VOWELS = words("a e i o u a e i o ai ee ou ia ei aa oo io")
CODAS = ("", "", "", *words("n r l s m sh k nd th v ng rt x"))
ENDINGS = (
    "",
    "",
    *words(
        "ov ova ski son ez ian wala oglu escu ich sen ley ton ano ini dze pour mann enko shvili dottir aitis poulos chenko berg stein"
    ),
)


def coined(rng: random.Random, parts: int) -> str:
    """A word nobody has as a name, so that the model learns the place of a name and not only names."""
    word = "".join(
        rng.choice(ONSETS) + rng.choice(VOWELS) + (rng.choice(CODAS) if rng.random() < 0.4 else "")
        for _ in range(parts)
    )
    return word.capitalize()
