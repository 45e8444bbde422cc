"""Which names of medicines the product knows: a name it does not know may be an opioid.

A brand or a slip of the pen would else count as 0 mg of morphine in silence (protocol.md, section
8: never a guess). Nothing here gives a factor; a name leads to a question and to a caution.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise
from unicodedata import normalize

from diary.protocol.opioid_tables import OPIOIDS, SPELLINGS

# Brands of opioids that are or were sold in the Netherlands, and the substance to fill in.
BRANDS: Mapping[str, str] = {
    "abstral": "fentanyl",
    "actiq": "fentanyl",
    "breakyl": "fentanyl",
    "butrans": "buprenorphine",
    "depronal": "dextropropoxyphene",
    "dipidolor": "piritramide",
    "dolantin": "pethidine",
    "durogesic": "fentanyl",
    "effentora": "fentanyl",
    "instanyl": "fentanyl",
    "kapanol": "morphine",
    "longtec": "oxycodone",
    "matrifen": "fentanyl",
    "mscontin": "morphine",
    "nopatic": "tramadol",
    "oramorph": "morphine",
    "oxycontin": "oxycodone",
    "oxynorm": "oxycodone",
    "palexia": "tapentadol",
    "palladon": "hydromorphone",
    "pecfent": "fentanyl",
    "reltebon": "oxycodone",
    "sevredol": "morphine",
    "suboxone": "buprenorphine",
    "subutex": "buprenorphine",
    "symoron": "methadone",
    "targinact": "oxycodone",
    "temgesic": "buprenorphine",
    "theradol": "tramadol",
    "tradonal": "tramadol",
    "tramagetic": "tramadol",
    "tramal": "tramadol",
    "transtec": "buprenorphine",
    "yantil": "tapentadol",
    "zaldiar": "tramadol",
    "zytram": "tramadol",
}
# What is often beside an opioid in a pain clinic, in English and as Dutch charts spell it.
_OTHERS = """
    acenocoumarol acetaminophen acetylsalicylzuur acetylsalicylic alprazolam amitriptyline
    amlodipine apixaban aspirine aspirin atenolol atorvastatine atorvastatin baclofen
    bisacodyl bisoprolol botuline botulinum bumetanide bupropion cafeïne caffeine calcium
    candesartan cannabidiol cannabis capsaicin capsaïcine carbamazepine carbasalaatcalcium
    celecoxib citalopram clonazepam clonidine clopidogrel colecalciferol dabigatran
    dexamethason dexamethasone diazepam diclofenac digoxine digoxin domperidon domperidone
    doxepine duloxetine edoxaban enalapril escitalopram esomeprazol esomeprazole etoricoxib
    fluoxetine foliumzuur furosemide gabapentine gabapentin galcanezumab hydrochloorthiazide
    hydrochlorothiazide hydrocortison hydrocortisone ibuprofen imipramine indometacine
    insuline insulin irbesartan ketamine lactulose lamotrigine levetiracetam levothyroxine
    lidocaine lidocaïne lisinopril lithium loperamide lorazepam losartan macrogol magnesium
    melatonine melatonin meloxicam metamizol metamizole metformine metformin methotrexaat
    methylprednisolon methylprednisolone metoclopramide metoprolol midazolam mirtazapine
    movicolon naloxon naloxone naltrexon naltrexone naproxen nifedipine nortriptyline
    olanzapine omeprazol omeprazole ondansetron oxazepam oxcarbazepine oxygen pantoprazol
    pantoprazole paracetamol paroxetine perindopril phenprocoumon fenprocoumon fenytoïne
    pramipexol prednisolon prednisolone prednison prednisone pregabaline pregabalin
    propranolol quetiapine ramipril rivaroxaban rizatriptan ropinirol rosuvastatine salbutamol
    sertraline sildenafil simvastatine simvastatin sumatriptan tamsulosine temazepam
    tizanidine topiramaat topiramate trazodon triamcinolon triamcinolone valproaat valproate
    valproïnezuur valsartan venlafaxine verapamil vitamine vitamin warfarine warfarin
    zolmitriptan zolpidem zopiclon zopiclone zuurstof
"""
OTHERS = frozenset(_OTHERS.split())
# How strong a medicine is, which its dose says, and that it works slowly: beside an opioid these
# leave no doubt what counts.
_STRENGTH_NAMES = "mg g ml mcg ug µg μg h per uur retard mga sr er xr"
_STRENGTHS = frozenset(_STRENGTH_NAMES.split())
# What else stands beside a name and is none itself; of an opioid it may belie the route.
_BESIDE_NAMES = """
    acid zuur b c d tablet tabletten capsule capsules pleister crème creme zalf gel spray drank
    injectie forte en and met with
"""
_BESIDE = _STRENGTHS | frozenset(_BESIDE_NAMES.split())
_WORDS = re.compile(r"[^\W\d_]+")


def brand_of(substance: str) -> str | None:
    """Return the opioid that a medicine's name is a brand of, in English; else None."""
    words = words_of(substance)
    pairs = (first + second for first, second in pairwise(words))  # "MS Contin"
    found = (BRANDS[word] for word in (*words, *pairs) if word in BRANDS)
    return next(found, None)


def is_known(substance: str) -> bool:
    """Tell whether every name in it is one of an opioid, or of a medicine that surely is none."""
    words = [word for word in words_of(substance) if word not in _BESIDE]
    names = OPIOIDS | SPELLINGS.keys() | OTHERS
    return bool(words) and all(word in names for word in words)


def unknown(substances: Iterable[str]) -> tuple[str, ...]:
    """Return those of the names that the product does not know, each once, in order."""
    return tuple(sorted({name for name in substances if not is_known(name)}))


def without_strength(words: Iterable[str]) -> list[str]:
    """Return the words of a medicine's name but those of its strength: "oxycodon", of "10 mg"."""
    return [word for word in words if word not in _STRENGTHS]


def words_of(substance: str) -> list[str]:
    """Return the words of a medicine's name, in small letters and without numbers."""
    # One form of each accented letter, lest "codeïne" is taken for two words.
    return _WORDS.findall(normalize("NFC", substance.casefold()))
