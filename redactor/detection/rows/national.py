"""Rows for the identifiers that states give to persons: national, tax, social security and health numbers.

What python-stdnum validates, for the countries that `identity` does not hold already. Numbers of digits share one
expression, so that a message is searched once for all of them; the check looks at length and shape first. A row needs
a word of its own (lexicon/national.txt), or its country configured, except where a form and a checksum together are
rare enough alone. What the modules say of lengths, parts and check digits, and their sources, stands in python-stdnum's
own documentation (https://arthurdejong.org/python-stdnum/doc/).
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

import regex

from redactor.detection.checks import Check, digits_of, stdnum
from redactor.detection.patterns import Pattern

ANY_ID = "any_id"
"""The topic of words that name a state's number without naming the state: "national id number"."""


class _Strength(NamedTuple):
    """What a number's form and check digits are worth."""

    context_score: float
    local_score: float
    telling: int
    """The fewest characters from which words that name no country are enough; 0 for never."""


_STRONG = _Strength(0.97, 0.8, 8)
"""At most one in fifty texts of this form passes: two check digits, or one and a date."""
_WEAK = _Strength(0.95, 0.65, 10)
"""About one in ten passes."""
_NONE = _Strength(0.85, 0.5, 0)
"""No check digit at all: length and parts only."""


class _Number(NamedTuple):
    name: str
    """Begins with the country's code; also the topic of the row's own words."""
    modules: str
    """python-stdnum's modules, of which one has to agree."""
    size: tuple[int, int]
    """Fewest and most characters without separators."""
    shape: str
    """Digits only: the expression of the number without separators. With letters: of the number as written."""
    strength: _Strength
    example: str
    countries: str = ""
    """Where more than the one of the name."""
    type: str = "NATIONAL_ID"
    by_default: bool = True


_STATES = "AS|BC|BS|C[CHLMS]|D[FG]|G[RT]|HG|JC|M[CNS]|N[ELT]|OC|PL|Q[RT]|S[LPR]|T[CLS]|VZ|YN|ZS"
"""Of Mexico, as a CURP has them (RENAPO, Instructivo Normativo, annex 2)."""
_D = r"(?:0[1-9]|[12]\d|3[01])"
_M = r"(?:0[1-9]|1[0-2])"

_DIGITS = (
    _Number("ar_cuit", "ar.cuit", (11, 11), r"2[0347]\d{9}", _WEAK, "mi CUIL es ⟦23-56699280-9⟧"),
    _Number("ar_dni", "ar.dni", (7, 8), r"[1-9]\d{6,7}", _NONE, "mi DNI es ⟦5.578.841⟧", by_default=False),
    _Number("at_svnr", "at.vnr", (10, 10), rf"[1-9]\d{{3}}{_D}[01]\d{{3}}", _STRONG, "SVNR: ⟦8958301959⟧"),
    _Number("at_tin", "at.tin", (9, 9), r"\d{9}", _WEAK, "Abgabenkontonummer ⟦08-762/0233⟧"),
    _Number("az_voen", "az.voen", (10, 10), r"\d{9}2", _STRONG, "VÖEN: ⟦6324272112⟧"),
    _Number("be_nn", "be.nn be.bis be.ssn", (11, 11), r"\d{11}", _STRONG, "rijksregisternummer ⟦22.22.36-378.31⟧"),
    _Number("be_eid", "be.eid", (12, 12), r"\d{12}", _STRONG, "my Belgian eID number is ⟦705-9410578-62⟧"),
    _Number("bg_egn", "bg.egn", (10, 10), r"\d\d[0-5]\d[0-3]\d{5}", _STRONG, "ЕГН: ⟦4022174430⟧"),
    _Number("bg_pnf", "bg.pnf", (10, 10), r"\d{10}", _WEAK, "ЛНЧ ⟦6267318256⟧"),
    _Number("br_cpf", "br.cpf", (11, 11), r"\d{11}", _STRONG, "meu CPF é ⟦024.786.643-13⟧"),
    _Number("ca_bc_phn", "ca.bc_phn", (10, 10), r"9\d{9}", _WEAK, "PHN: ⟦9542 924 000⟧", type="MEDICAL_ID"),
    _Number("ch_ssn", "ch.ssn", (13, 13), r"756\d{10}", _STRONG, "meine AHV-Nummer ist ⟦756.5593.4395.81⟧"),
    _Number("co_nit", "co.nit", (8, 11), r"[1-9]\d{7,10}", _WEAK, "mi NIT es ⟦37.059.919-2⟧"),
    _Number("cr_cpf", "cr.cpf", (9, 10), r"0?[1-9]\d{8}", _NONE, "mi cédula es ⟦196806458⟧", by_default=False),
    _Number("cr_cr", "cr.cr", (11, 12), r"1\d{10,11}", _NONE, "mi DIMEX es ⟦119678628290⟧", by_default=False),
    _Number("cu_ni", "cu.ni", (11, 11), rf"\d\d{_M}{_D}\d{{5}}", _NONE, "carnet de identidad ⟦92112385748⟧"),
    _Number("cz_rc", "cz.rc sk.rc", (10, 10), r"\d\d[0-8]\d[0-3]\d{5}", _STRONG, "rodné číslo ⟦830529/3216⟧", "CZ SK"),
    _Number("cz_rc_old", "cz.rc sk.rc", (9, 9), r"\d\d[0156]\d[0-3]\d{4}", _NONE, "rodné číslo ⟦306219/824⟧", "CZ SK"),
    _Number("dk_cpr", "dk.cpr", (10, 10), rf"{_D}{_M}\d{{6}}", _STRONG, "mit CPR-nummer er ⟦081121-0516⟧"),
    _Number("do_cedula", "do.cedula", (11, 11), r"\d{11}", _WEAK, "mi cédula es ⟦894-5751913-3⟧"),
    _Number("dz_nif", "dz.nif", (15, 20), r"\d{15}(?:\d{5})?", _NONE,
            "my Algerian tax number: ⟦412477896585939⟧", by_default=False),
    _Number("ec_ci", "ec.ci", (10, 10), r"[0-3]\d[0-5]\d{7}", _WEAK, "mi cédula es ⟦1545675066⟧"),
    _Number("ec_ruc", "ec.ruc", (13, 13), r"[0-3]\d[0-5]\d{7}00\d", _STRONG, "mi RUC es ⟦0313646663006⟧"),
    _Number("ee_ik", "ee.ik", (11, 11), rf"[1-8]\d\d{_M}{_D}\d{{4}}", _STRONG, "minu isikukood on ⟦80011029179⟧"),
    _Number("eg_tn", "eg.tn", (9, 9), r"\d{9}", _NONE, "my Egyptian tax number is ⟦843-669-268⟧", by_default=False),
    _Number("fi_veronumero", "fi.veronumero", (12, 12), r"\d{12}", _NONE,
            "veronumero ⟦880070450049⟧", by_default=False),
    _Number("gn_nifp", "gn.nifp", (9, 9), r"\d{9}", _WEAK, "my Guinean tax number is ⟦616-774-014⟧"),
    _Number("gr_afm", "gr.vat", (9, 9), r"\d{9}", _WEAK, "το ΑΦΜ μου είναι ⟦360065767⟧"),
    _Number("gr_amka", "gr.amka", (11, 11), rf"{_D}{_M}\d{{7}}", _STRONG, "ΑΜΚΑ: ⟦04122740170⟧"),
    _Number("hr_oib", "hr.oib", (11, 11), r"\d{11}", _WEAK, "moj OIB je ⟦03913017638⟧"),
    _Number("id_nik", "id.nik", (16, 16), rf"[1-9]\d{{5}}[0-7]\d{_M}\d{{6}}", _STRONG,
            "nomor KTP saya ⟦1856414201768120⟧"),
    _Number("id_npwp", "id.npwp", (15, 16), r"0?\d{15}", _WEAK, "NPWP saya ⟦05.932.168.8-066.9502⟧"),
    _Number("il_idnr", "il.idnr", (8, 9), r"\d{8,9}", _WEAK, "my teudat zehut is ⟦51185148⟧"),
    _Number("in_vid", "in_.vid", (16, 16), r"[2-9]\d{15}", _WEAK, "my aadhaar virtual id is ⟦3111 1946 9418 4753⟧"),
    _Number("is_kennitala", "is_.kennitala", (10, 10), rf"{_D}{_M}\d{{5}}[089]", _STRONG, "kennitala ⟦030923-8989⟧"),
    _Number("jp_in", "jp.in_", (12, 12), r"\d{12}", _WEAK, "マイナンバーは ⟦8222 0535 7610⟧"),
    _Number("kr_rrn", "kr.rrn", (13, 13), rf"\d\d{_M}{_D}\d{{7}}", _STRONG, "주민등록번호: ⟦340804-5256709⟧"),
    _Number("li_peid", "li.peid", (6, 12), r"\d{6,12}", _NONE, "PEID: ⟦9267017620⟧", by_default=False),
    _Number("lt_asmens", "lt.asmens", (11, 11), rf"[1-8]\d\d{_M}{_D}\d{{4}}|9\d{{10}}", _STRONG,
            "asmens kodas ⟦13301085617⟧"),
    _Number("lv_pk", "lv.pvn", (11, 11), r"[0-3]\d{10}", _STRONG, "mans personas kods ir ⟦03022082902⟧"),
    _Number("my_nric", "my.nric", (12, 12), rf"\d\d{_M}{_D}\d{{6}}", _STRONG, "my MyKad number is ⟦701214-46-8995⟧"),
    _Number("mz_nuit", "mz.nuit", (9, 9), r"\d{9}", _WEAK, "o meu NUIT é ⟦839 942 192⟧"),
    _Number("nl_onderwijsnummer", "nl.onderwijsnummer", (9, 9), r"10\d{7}", _STRONG,
            "mijn onderwijsnummer is ⟦109953089⟧"),
    _Number("no_fodselsnummer", "no.fodselsnummer", (11, 11), rf"(?:{_D}|[4-7]\d)(?:{_M}|[45]\d)\d{{7}}", _STRONG,
            "fødselsnummer ⟦144499 00759⟧"),
    _Number("nz_ird", "nz.ird", (8, 9), r"\d{8,9}", _WEAK, "my IRD number is ⟦55-590-168⟧"),
    _Number("pe_cui", "pe.cui", (8, 9), r"\d{8,9}", _NONE, "mi DNI es ⟦35916930⟧", by_default=False),
    _Number("pe_ruc", "pe.ruc", (11, 11), r"1[057]\d{9}", _STRONG, "mi RUC es ⟦15231197157⟧"),
    _Number("pk_cnic", "pk.cnic", (13, 13), r"[1-7]\d{12}", _NONE, "my CNIC is ⟦29810-7662370-9⟧"),
    _Number("pl_nip", "pl.nip", (10, 10), r"\d{10}", _WEAK, "mój NIP to ⟦970-511-90-43⟧"),
    _Number("pl_pesel", "pl.pesel", (11, 11), r"\d\d[0-9]\d[0-3]\d{6}", _STRONG, "mój pesel to ⟦87250896902⟧"),
    _Number("pt_nif", "pt.nif", (9, 9), r"(?:[123]\d|45)\d{7}", _WEAK, "o meu NIF é ⟦456102965⟧"),
    _Number("py_ruc", "py.ruc", (6, 8), r"[1-9]\d{5,7}", _WEAK, "mi RUC es ⟦6127578-6⟧"),
    _Number("ro_cnp", "ro.cnp", (13, 13), rf"[1-9]\d\d{_M}{_D}\d{{6}}", _STRONG, "CNP: ⟦6681127256321⟧"),
    _Number("ru_inn", "ru.inn", (12, 12), r"\d{12}", _STRONG, "мой ИНН ⟦314766772855⟧"),
    _Number("se_personnummer", "se.personnummer", (10, 12), rf"(?:19|20)?\d\d{_M}[0-9]\d{{5}}", _STRONG,
            "mitt personnummer är ⟦191230-8465⟧"),
    _Number("si_ddv", "si.ddv", (8, 8), r"[1-9]\d{7}", _WEAK, "davčna številka ⟦33445893⟧"),
    _Number("si_emso", "si.emso", (13, 13), rf"{_D}{_M}\d{{9}}", _STRONG,
            "moj EMŠO je ⟦2611584302867⟧", "BA HR ME MK RS SI"),
    _Number("sv_nit", "sv.nit", (14, 14), rf"[019]\d{{3}}{_D}{_M}\d{{6}}", _STRONG, "mi NIT es ⟦0046-310663-213-8⟧"),
    _Number("th_pin", "th.pin", (13, 13), r"[1-8]\d{12}", _WEAK, "my Thai ID is ⟦7-6952-87930-43-9⟧"),
    _Number("tr_tckimlik", "tr.tckimlik", (11, 11), r"[1-9]\d{10}", _STRONG, "TC kimlik no: ⟦26264726746⟧"),
    _Number("ua_rntrc", "ua.rntrc", (10, 10), r"\d{10}", _WEAK, "мій РНОКПП ⟦5221723437⟧"),
    _Number("us_atin", "us.atin", (9, 9), r"9\d{8}", _NONE, "the ATIN is ⟦918-79-8824⟧"),
    _Number("vn_mst", "vn.mst", (10, 10), r"\d{10}", _WEAK, "mã số thuế ⟦8344509103⟧"),
    _Number("za_idnr", "za.idnr", (13, 13), rf"\d\d{_M}{_D}\d{{7}}", _STRONG,
            "my South African ID is ⟦221108 9831 01 1⟧"),
    _Number("za_tin", "za.tin", (10, 10), r"[01239]\d{9}", _WEAK, "my SARS tax number is ⟦0735641318⟧"),
)  # fmt: skip

_LETTERED = (
    _Number("ad_nrt", "ad.nrt", (8, 8), r"[EF][ -]?\d{6}[ -]?[A-Z]", _NONE, "my NRT is ⟦F109288G⟧"),
    _Number("al_nipt", "al.nipt", (10, 10), r"[A-M][ ]?\d[0156]\d[0-3]\d{4}[ ]?[A-Z]", _NONE, "NIPT: ⟦H45604184T⟧"),
    _Number("by_unp", "by.unp", (9, 9), r"[ABCEHKM][ABCEHKMOPT][ ]?\d{7}", _WEAK, "УНП ⟦AM1773007⟧"),
    _Number("cl_rut", "cl.rut", (8, 9), r"\d{1,2}\.?\d{3}\.?\d{3}(?:[ ]?-[ ]?|[ ])?[\dK]", _WEAK,
            "mi RUT es ⟦80.684.091-2⟧"),
    _Number("cn_ric", "cn.ric", (18, 18), rf"[1-9]\d{{5}}[ ]?(?:19|20)\d\d{_M}{_D}[ ]?\d{{3}}[\dX]", _STRONG,
            "身份证号码: ⟦366094193105044298⟧"),
    _Number("cy_tic", "cy.vat", (9, 9), r"0\d{7}[ ]?[A-Z]", _WEAK, "my TIC is ⟦05327661C⟧"),
    _Number("es_nif", "es.nif", (9, 9), r"[KLM][ -]?\d{7}[ -]?[A-Z]", _WEAK, "mi NIF es ⟦M7160091F⟧"),
    _Number("fi_hetu", "fi.hetu", (11, 11), rf"{_D}{_M}\d\d[-+A-FU-Y]\d{{3}}[\dA-Y]", _STRONG,
            "henkilötunnukseni on ⟦080133F0226⟧"),
    _Number("gb_upn", "gb.upn", (13, 13), r"[A-Z]\d{11}[\dA-Z]", _STRONG, "her unique pupil number is ⟦W92807784033K⟧"),
    _Number("gh_tin", "gh.tin", (11, 11), r"P00\d{7}[\dX]", _STRONG, "my Ghana TIN is ⟦P0029926424⟧"),
    _Number("gt_nit", "gt.nit", (5, 12), r"[1-9]\d{3,10}(?:[ ]?-[ ]?|[ ])?[\dK]", _WEAK,
            "mi NIT es ⟦1606-3⟧", by_default=False),
    _Number("ie_pps", "ie.pps", (8, 9), r"\d{7}[ ]?[A-W](?:[ ]?[A-IW])?", _WEAK, "my PPS number is ⟦9502401T⟧"),
    _Number("in_epic", "in_.epic", (10, 10), r"[A-Z]{3}[ /-]?\d{7}", _WEAK, "my voter id is ⟦FJI/4959706⟧"),
    _Number("ke_pin", "ke.pin", (11, 11), r"A\d{9}[A-Z]", _NONE, "my KRA PIN is ⟦A711833124O⟧"),
    _Number("mu_nid", "mu.nid", (14, 14), rf"[A-Z]{_D}{_M}\d{{8}}[\dA-Z]", _STRONG,
            "Mauritian national id ⟦V3001425247995⟧"),
    _Number("mx_curp", "mx.curp", (18, 18),
            rf"[A-Z][AEIOUX][A-Z]{{2}}\d\d{_M}{_D}[HMX](?:{_STATES})[B-DF-HJ-NP-TV-Z]{{3}}[\dA-Z]\d",
            _STRONG, "mi CURP es ⟦FUAH490506MCCYQC55⟧"),
    _Number("mx_rfc", "mx.rfc", (13, 13), rf"[A-Z&Ñ]{{4}}[ -]?\d\d{_M}{_D}[ -]?[A-Z\d]{{2}}[\dA]", _STRONG,
            "mi RFC es ⟦PSBJ131230V45⟧"),
    _Number("nl_document", "nl.identiteitskaartnummer", (9, 9), r"[A-NP-Z]{2}[A-NP-Z\d]{6}\d", _NONE,
            "mijn paspoortnummer is ⟦AQAPT5484⟧", type="PASSPORT"),
    _Number("pt_cc", "pt.cc", (12, 12), r"\d{8}[ ]?\d[ ]?[A-Z\d]{2}\d", _STRONG, "cartão de cidadão ⟦856804109SZ3⟧"),
    _Number("tn_mf", "tn.mf", (8, 13), r"\d{7}[ /-]?[A-HJ-NP-TV-Z](?:[ /]?[APBDN][ /]?[MPCNE][ /]?\d{3})?", _NONE,
            "matricule fiscal ⟦0769904J⟧"),
    _Number("us_ptin", "us.ptin", (9, 9), r"P-?\d{8}", _NONE, "my PTIN is ⟦P-96080941⟧"),
    _Number("ve_rif", "ve.rif", (10, 10), r"[VE]-?\d{8}-?\d", _WEAK, "mi RIF es ⟦E-152180023⟧"),
)  # fmt: skip

_ALONE = {
    "ar_cuit": (r"2[0347]-\d{8}-\d", 0.75, "it is ⟦27-53439808-0⟧, thanks"),
    "be_nn": (r"\d\d\.\d\d\.\d\d-\d{3}\.\d\d", 0.9, "it is ⟦15.41.13-099.45⟧, thanks"),
    "br_cpf": (r"\d{3}\.\d{3}\.\d{3}-\d\d", 0.9, "it is ⟦095.267.264-21⟧, thanks"),
    "ch_ssn": (r"756\.\d{4}\.\d{4}\.\d\d", 0.9, "it is ⟦756.7406.9103.93⟧, thanks"),
    "cl_rut": (r"\d{1,2}\.\d{3}\.\d{3}-[\dK]", 0.75, "it is ⟦71.412.189-8⟧, thanks"),
    "cn_ric": (rf"[1-9]\d{{5}}(?:19|20)\d\d{_M}{_D}\d{{3}}[\dX]", 0.9, "it is ⟦355783202001014252⟧, thanks"),
    "fi_hetu": (rf"{_D}{_M}\d\d[-+A-FU-Y]\d{{3}}[\dA-Y]", 0.85, "it is ⟦011113C266E⟧, thanks"),
    "kr_rrn": (rf"\d\d{_M}{_D}-[1-8]\d{{6}}", 0.85, "it is ⟦091002-1612721⟧, thanks"),
    "pk_cnic": (r"[1-7]\d{4}-\d{7}-\d", 0.7, "it is ⟦29703-8317836-7⟧, thanks"),
}
"""Forms that hardly anything else has, with their usual punctuation: row → form, score without context, example."""
_ALONE_LETTERED = {
    "mu_nid": (rf"[A-Z]{_D}{_M}\d{{8}}[\dA-Z]", 0.85, "it is ⟦N281119027579B⟧, thanks"),
    "mx_curp": (rf"[A-Z]{{4}}\d\d{_M}{_D}[HMX][A-Z]{{5}}[\dA-Z]\d", 0.95, "it is ⟦EXPP261202MSPPCQT2⟧, thanks"),
    "mx_rfc": (rf"[A-ZÑ]{{4}}\d\d{_M}{_D}[A-Z\d]{{2}}[\dA]", 0.7, "it is ⟦PSBJ131230V45⟧, thanks"),
}
"""The same for those that begin with letters."""

LEFT_OUT: Mapping[str, str] = {
    "numbers of companies and organisations": (
        "at.businessid au.abn au.acn br.cnpj ca.bn ch.uid cn.uscc cr.cpj de.handelsregisternummer do.rnc dk.cvr "
        "ee.registrikood es.cif fi.associationid fi.ytunnus fo.vn fr.rcs fr.siren fr.siret il.hp jp.cn kr.brn ma.ice "
        "md.idno me.pib mk.edb nl.brin no.orgnr ro.cui ro.onrc rs.pib ru.ogrn se.orgnr sg.uen si.maticna sm.coe "
        "sn.ninea th.moa tr.vkn tw.ubn ua.edrpou us.ein uy.rut pl.regon"
    ),
    "value-added tax numbers; where one holds a person's number, that number has its own row": (
        "at.uid be.vat bg.vat ch.vat cz.dic de.vat ee.kmkr eu.vat eu.oss fi.alv fr.tva gb.vat hu.anum ie.vat in_.gstin "
        "is_.vsk it.iva lt.pvm lu.tva mc.tva mt.vat nl.btw no.mva ro.cf se.vat sk.dph"
    ),
    "bank accounts and payment references; the bank rows have those of persons": (
        "ar.cbu be.iban be.ogm_vcs ch.esr cz.bankaccount es.ccc es.iban eu.at_02 eu.banknote me.iban no.iban "
        "no.kontonr nz.bankaccount us.rtn"
    ),
    "places, products, receipts, securities, supply points": (
        "at.postleitzahl de.leitweg de.wkn do.ncf es.cae es.cups es.postal_code es.referenciacatastral eu.ecnumber "
        "eu.eic eu.excise eu.nace fr.accise gb.sedol it.aic nl.postcode se.postnummer"
    ),
    "unions of numbers that have rows": "th.tin us.tin",
}
"""Reason → python-stdnum's modules of countries that are no row here or in `identity`."""


def rows() -> Iterator[Pattern]:
    """The rows of this module."""
    for number in _DIGITS:
        yield _row(number, _JOINED, _digits_check(number), cut=number.size)
    for number in _LETTERED:
        yield _row(number, _lettered(number), _text_check(number))
    yield _any_digits()
    numbers = {number.name: number for number in (*_DIGITS, *_LETTERED)}
    for alone, expression in ((_ALONE, _DIGITS_FIRST), (_ALONE_LETTERED, _LETTERS_FIRST)):
        for name, (form, score, example) in alone.items():
            yield _alone(numbers[name], form, score, expression, example)


_BEFORE, _AFTER = r"(?<![\w@$€£+/-])(?<!\d[.,])", r"(?!\w|-\w|@|[.,]\d)"
# These begin with the digit that a search finds fastest, and look back from there.
_JOINED = (
    r"\d(?<=(?:(?<![\w$€£+/-])|(?<!\w)[A-Za-z]{2})\d)(?<!\d[.,]\d)"
    r"(?:(?:[ ./+-]|[ ][/-][ ])?\d){5,19}+(?!\w|-\w|[.,]\d)"
)
"""Six to twenty digits, one separator or none between two of them; a country's code may be glued to the first."""
_DIGITS_FIRST = (
    rf"\d(?<={_BEFORE}\d)(?=[\d.+-]{{4}})"
    rf"(?<=(?=(?P<v>(?i:{'|'.join(form for form, *_ in _ALONE.values())})){_AFTER}).)"
)
_LETTERS_FIRST = (
    rf"\d(?=\d{{5}})(?<={_BEFORE}"
    rf"(?=(?P<v>(?i:{'|'.join(form for form, *_ in _ALONE_LETTERED.values())})){_AFTER})[A-Za-zÑñ]{{1,4}}\d)"
)


def _row(number: _Number, expression: str, check: Check, cut: tuple[int, int] | None = None) -> Pattern:
    countries = _countries(number)
    own = [number.name, *(f"{country.lower()}_id" for country in countries)]
    return Pattern(
        name=number.name,
        type=number.type,
        expression=expression,
        score=0.0,
        check=check,
        context=frozenset([*own, ANY_ID] if _telling(number) and not cut else own),
        context_score=number.strength.context_score,
        requires_context=True,
        digits=number.size[0] if cut else 1,
        cut=cut,
        countries=frozenset(countries),
        by_default=number.by_default,
        local_score=number.strength.local_score,
        example=number.example,
    )


def _telling(number: _Number) -> bool:
    return 0 < number.strength.telling <= number.size[0]


def _any_digits() -> Pattern:
    """One row for words that name no country, instead of a look at each country's."""
    numbers = [number for number in _DIGITS if _telling(number) and number.type == "NATIONAL_ID"]
    lengths = {length for number in numbers for length in range(number.size[0], number.size[1] + 1)}
    by_length = {
        length: [_digits_check(number) for number in numbers if number.size[0] <= length <= number.size[1]]
        for length in lengths
    }

    def check(text: str) -> bool:
        compact = digits_of(text)
        return any(valid(compact) for valid in by_length.get(len(compact), ()))

    check.__name__ = " ".join(["stdnum", *(number.modules for number in numbers)])
    return Pattern(
        name="national_id_of_any_country",
        type="NATIONAL_ID",
        expression=_JOINED,
        score=0.0,
        check=check,
        context=frozenset([ANY_ID]),
        context_score=_WEAK.context_score,
        requires_context=True,
        digits=min(lengths),
        cut=(min(lengths), max(lengths)),
        example="What is your national id number? | ⟦44051401359⟧",
    )


def _alone(number: _Number, form: str, score: float, expression: str, example: str) -> Pattern:
    return Pattern(
        name=f"{number.name}_alone",
        type=number.type,
        expression=expression,
        score=score,
        check=_form_check(number, form),
        digits=7,
        mixed=expression == _LETTERS_FIRST,
        countries=frozenset(_countries(number)),
        example=example,
    )


def _countries(number: _Number) -> list[str]:
    return number.countries.split() or [number.name[:2].upper()]


def _lettered(number: _Number) -> str:
    (country,) = _countries(number)
    return rf"{_BEFORE}(?:{country}[ -]?|{country.lower()})?(?i:{number.shape}){_AFTER}"


def _digits_check(number: _Number) -> Check:
    """Length and shape before the modules are imported."""
    valid = stdnum(*number.modules.split())
    least, most = number.size

    def check(text: str) -> bool:
        compact = digits_of(text)
        return least <= len(compact) <= most and bool(_shape(number.shape).fullmatch(compact)) and valid(compact)

    check.__name__ = valid.__name__
    return check


def _text_check(number: _Number) -> Check:
    """The expression was the shape; some modules need the sign between the parts."""
    valid = stdnum(*number.modules.split(), separators="+-" if number.name == "fi_hetu" else "")
    country = _countries(number)[0]

    def check(text: str) -> bool:
        return valid(text) or (text[:2].upper() == country and valid(text[2:].lstrip(" -")))

    check.__name__ = valid.__name__
    return check


def _form_check(number: _Number, form: str) -> Check:
    valid = _text_check(number)

    def check(text: str) -> bool:
        return _shape(form).fullmatch(text.upper()) is not None and valid(text)

    check.__name__ = valid.__name__
    return check


@cache
def _shape(expression: str) -> "regex.Pattern[str]":
    return regex.compile(expression, regex.V1)
