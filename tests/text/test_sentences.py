"""Paragraphs written for this test, whose sentences are known, in fifteen scripts."""

import hypothesis
import pytest
from hypothesis import strategies

from tfmling.text.sentences import split_sentences

# language -> separator of sentences, the sentences
PARAGRAPHS = {
    "sw": (" ", ["Habari ya leo?", "Nzuri sana.", "Alinunua kilo 2.5 za mchele."]),
    "en": (" ", ["Dr. Juma came at 3.5 p.m. today.", "He left.", '"Yes," she said.']),
    "ru": (" ", ["Сегодня хорошая погода.", "Мы пошли к д-ру Иванову.", "Ты придёшь?"]),
    "el": (" ", ["Σήμερα ο καιρός είναι καλός.", "Θα έρθεις κι εσύ;", "Ναι, βέβαια!"]),
    "am": (" ", ["ዛሬ አየሩ ጥሩ ነው።", "ወደ ገበያ ሄድን።", "አንተስ ትመጣለህ?", "አዎ፣ እመጣለሁ!"]),
    "ti": ("", ["ሎሚ ኣየር ጽቡቕ እዩ።", "መዓስ ክትመጽእ ኢኻ፧", "ጽባሕ እመጽእ።"]),
    "ar": (" ", ["الطقس جميل اليوم.", "هل تريد أن نذهب إلى السوق؟", "نعم، بالتأكيد!"]),
    "ur": (" ", ["آج موسم اچھا ہے۔", "کیا آپ بازار جائیں گے؟", "جی ہاں۔"]),
    "he": (" ", ["היום מזג האוויר יפה.", "הלכנו לשוק.", "האם תבוא?"]),
    "hi": (" ", ["आज मौसम अच्छा है।", "क्या आप चाय पिएँगे?", "नहीं, धन्यवाद!"]),
    "bn": (" ", ["আজ আবহাওয়া ভালো।", "আমরা বাজারে গেলাম।", "তুমি কি আসবে?"]),
    "ta": (" ", ["இன்று வானிலை நன்றாக உள்ளது.", "நாங்கள் சந்தைக்குச் சென்றோம்.", "நீ வருவாயா?"]),
    "th": (" ", ["วันนี้อากาศดีมาก", "เราไปเดินเล่นที่สวนสาธารณะ", "แล้วกลับบ้านตอนเย็น"]),
    "km": (" ", ["ថ្ងៃនេះអាកាសធាតុល្អណាស់។", "យើងទៅដើរលេងនៅសួនច្បារ។", "តើអ្នកចង់ទៅទេ?"]),
    "my": ("", ["ဒီနေ့ရာသီဥတုကောင်းတယ်။", "ကျွန်တော်တို့ဈေးသွားကြတယ်။"]),
    "bo": (" ", ["དེ་རིང་གནམ་གཤིས་ཡག་པོ་འདུག།", "ང་ཚོ་ཁྲོམ་ལ་ཕྱིན་པ་ཡིན།"]),
    "hy": (" ", ["Այսօր եղանակը լավ է։", "Մենք գնացինք շուկա։", "Դու կգա՞ս։"]),
    "zh-Hans": ("", ["今天天气很好。", "我们去公园散步了！", "你要一起来吗？"]),
    "ja": ("", ["今日は天気がいいです。", "公園へ散歩に行きました！", "一緒に来ますか？"]),
    "ko": (" ", ["오늘은 날씨가 좋습니다.", "우리는 공원에 갔어요.", "같이 갈까요?"]),
    "qaa": (" ", ["Bina tura.", "Sola miru."]),
}


@pytest.mark.parametrize("language", PARAGRAPHS)
def test_sentences_of_many_scripts(language):
    between, sentences = PARAGRAPHS[language]
    assert split_sentences(between.join(sentences), language) == sentences


def test_spaces_within_thai_sentences_are_no_ends():
    sentences = ["เมืองหลวงคือกรุงเทพมหานคร มีประชากรประมาณ 66 ล้านคน", "ภาษาราชการคือภาษาไทย"]
    assert split_sentences(" ".join(sentences), "th") == sentences


def test_paragraphs_without_marks_stay_whole():
    assert split_sentences("ມື້ນີ້ອາກາດດີຫຼາຍ ພວກເຮົາໄປຕະຫຼາດ", "lo") == ["ມື້ນີ້ອາກາດດີຫຼາຍ ພວກເຮົາໄປຕະຫຼາດ"]
    assert split_sentences("", "th") == split_sentences(" ", "km") == []


@hypothesis.given(
    strategies.text()
    | strategies.text(alphabet="กาท ี่.។ ៕ក្ខ?།༎ ང་12𞤀😀\u200b")
    | strategies.text(alphabet="ab. ?!።؟۔।。")
    | strategies.text(alphabet="Ab. ?'’‘ʻʼ\"”"),
    strategies.sampled_from(
        ["sw", "am", "ug", "ta", "en", "qaa", "ha", "haw", "km", "th", "bo", "my", "zh"]
    ),
)
@hypothesis.settings(max_examples=300, deadline=None)
def test_no_character_but_white_space_is_lost(text, language):
    found = split_sentences(text, language)
    assert "".join("".join(found).split()) == "".join(text.split())


def test_a_missing_package_names_its_extra(monkeypatch):
    from tfmling.text import sentences

    sentences._icu.cache_clear()
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ImportError, match=r"icu4py is not installed.*-e '\.\[clean\]'"):
        split_sentences("ថ្ងៃនេះ។", "km")


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("ha", ["Taron ya kare jiya.", "'Yan sanda sun isa.", "‘Yar majalisa ta yi jawabi."]),
        ("ha", ["Taron ya kare?", "’Yan kasuwa sun rufe.", "ʼYan gida sun zo.", "Ya tafi."]),
        ("ha", ['Ya ce: "Na zo!"', "'Yan gida sun ji.", "'Ya'yansa sun zo."]),
        ("haw", ["Ua hele ʻo Keoni.", "ʻO ka lā kēia.", "ʻAe!", "'O ia nō.", "‘O wai?"]),
        ("to", ["Naʻe ʻalu ʻa Sione.", "ʻOku lelei.", "'Oku ou fiefia."]),
        ("sm", ["Ua alu.", "'O le aso lenei.", "ʻUa lelei."]),
        ("gn", ["Oho hógape.", "'Ára porã.", "’Ára vai.", "ꞋÁra."]),
        ("mi", ["Tihei mauri ora.", "'Ae rā."]),
        ("uz", ["U keldi.", "O‘zbekiston katta.", "Gʻarb uzoq."]),
        ("en", ["She left.", "'Twas night.", "’Tis late."]),
        ("nl", ["Hij kwam laat.", "'s Avonds slaapt hij."]),
        ("uk", ["Він пішов.", "П'ять років минуло.", "Об’єкт великий."]),
    ],
)
def test_an_apostrophe_stays_with_its_word(language, sentences):
    assert split_sentences(" ".join(sentences), language) == sentences


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("en", ["He said 'I came.'", "She left.", "‘I came.’", "She left.", "“Go.”", "He went."]),
        ("en", ["It was the boys'.", "They left."]),
        ("de", ["Er sagte: ‚Ich komme.‘", "Sie ging.", "„Ich komme.“", "Sie ging."]),
        ("fr", ["« Je viens. »", "L'homme dort."]),
        ("sv", ["Han sa: ”Jag kommer.”", "Hon gick."]),
        ("da", ["Han sagde: »Jeg kommer.«", "Hun gik."]),
        ("ja", ["「来た。」", "彼は言った。"]),
        ("ha", ["Ya ce 'Na zo jiya.'", "Ta tafi gida."]),
    ],
)
def test_a_closing_quote_stays_with_its_sentence(language, sentences):
    between = "" if language == "ja" else " "
    assert split_sentences(between.join(sentences), language) == sentences


def test_apostrophes_of_real_hausa(shared_data):
    """Lines of MasakhaNER that begin with an apostrophe letter, each behind another line."""
    text = (shared_data / "masakhaner/hau/train.txt").read_text()
    lines = [
        " ".join(line.split()[0] for line in block.splitlines() if line.split())
        for block in text.split("\n\n")
    ]
    starting = [line for line in lines if line[:1] in "'‘’ʼ" and line[1:2].isalpha()]
    assert len(starting) > 20
    for line in starting:
        found = split_sentences(f"Wannan ita ce jimla. {line}", "ha")
        if line[1].isupper():
            assert found[0] == "Wannan ita ce jimla."
        assert all(not sentence.endswith((" '", " ‘", " ’")) for sentence in found[:1])
        assert "".join("".join(found).split()) == "".join(f"Wannan ita ce jimla. {line}".split())
