"""Names in their own scripts, in the sentences of their languages and in the English frame."""

import random

from benchmarks.evasion.forms import Carrier

_SCRIPTS: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("Иван Ольга Дмитрий Светлана Артём", "Петров Соколова Кузнецов Морозова", " ",
     ("меня зовут {}", "Здравствуйте, моё имя {}, где мой заказ")),
    ("Олена Андрій Тарас Оксана", "Шевченко Бондаренко Коваль", " ", ("мене звати {}", "моє ім'я {}, допоможіть")),
    ("Γιώργος Μαρία Νίκος Ελένη", "Παππάς Νικολάου Βασιλείου", " ", ("με λένε {}", "Γεια σας, ονομάζομαι {}")),
    ("王 李 张 陈 刘", "小明 丽华 伟 建国 芳", "", ("我叫{}", "你好，我的名字是{}。")),
    ("山田 佐藤 鈴木 高橋", "太郎 花子 健一 美咲", "", ("私の名前は{}です", "{}と申します")),
    ("김 이 박 최", "민수 지영 서준 하은", "", ("제 이름은 {}입니다", "안녕하세요, 제 이름은 {}이에요")),
    ("محمد فاطمة أحمد ليلى", "علي حسن العتيبي منصور", " ", ("اسمي {}", "مرحبا، اسمي {}")),
    ("דוד מיכל יוסי שירה", "כהן לוי מזרחי", " ", ("שמי {}", "שלום, קוראים לי {}")),
    ("राहुल प्रिया अमित नेहा", "शर्मा वर्मा सिंह", " ", ("मेरा नाम {} है", "नमस्ते, मेरा नाम {} है")),
    ("สมชาย สุดา ณัฐพล", "ใจดี ศรีสุข", " ", ("ผมชื่อ {}", "สวัสดีครับ ผมชื่อ {} ครับ")),
)  # fmt: skip
"""Given or family names, the other half, what joins them, and the sentences."""
_ENGLISH = ("my name is {}", "hello, my name is {} and my parcel is late")


def in_own_language(dice: random.Random) -> tuple[Carrier, str]:
    """A sentence and the name in it; every third is in the English frame."""
    one, two, glue, sentences = dice.choice(_SCRIPTS)
    name = glue.join((dice.choice(one.split()), dice.choice(two.split())))
    return Carrier(dice.choice(_ENGLISH if dice.random() < 0.33 else sentences)), name


HARMLESS = (
    "меня зовут на обед", "где мой заказ", "как вас зовут", "我叫了外卖", "我的订单在哪里", "你叫什么",
    "名前は後で", "注文はまだ届きません",
    "제 주문은 어디에 있나요", "أين طلبي", "متى يصل الطلب", "איפה ההזמנה שלי", "मेरा ऑर्डर कहाँ है",
    "สินค้าของฉันอยู่ที่ไหน",
    "πού είναι η παραγγελία μου", "de quién es esto", "wie heißt das Produkt", "comment s'appelle ce produit",
)  # fmt: skip
