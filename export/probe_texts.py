"""Texts on which exported models are compared with their checkpoint: everyday and awkward."""

EVERYDAY = (
    "Good morning, how did you sleep?",
    "The bus to the market leaves at seven.",
    "Habari ya asubuhi, umelalaje?",
    "Basi la kwenda sokoni linaondoka saa moja.",
    "Der Markt öffnet erst um neun Uhr.",
    "Le marché ferme à midi.",
    "Рынок закрывается в полдень.",
    "Η αγορά κλείνει το μεσημέρι.",
    "सुबह का बाज़ार बंद है।",
    "ตลาดเปิดตอนเช้า",
    "市場は朝に開きます。",
    "시장은 아침에 열립니다.",
    "السوق مغلق اليوم.",
    "השוק סגור היום.",
    "ገበያው ዛሬ ዝግ ነው።",
    "சந்தை இன்று மூடப்பட்டுள்ளது.",
)
AWKWARD = (
    "",
    " \t\n ",
    "a",
    "[MASK] [CLS] [SEP] [PAD]",
    "café cafe\u0301 CAFÉ",
    "👍🏽 👩‍👩‍👧 🇹🇿",
    "mixed текст 混ぜる मिश्रित 👍",
    "null\0byte",
    "\ufeffbyte-order mark, soft\u00adhyphen, zero\u200bwidth",
    "x" * 5000,
    "ก" * 60,
    "word " * 10_000,
    b"not \xff\xfe UTF-8 \xc3",
    "?!.,;:-_()[]{}#@%&*+=/\\|<>~^`'\"",
)
PROBE_TEXTS: tuple[str | bytes, ...] = EVERYDAY + AWKWARD
