"""Writes the sources of a large library: make_large.py DIR LANGUAGES PAGES

PAGES are for each language, ten to a module; every page is different, as long as ours are, with a list and answers. The
texts are ours, of content/library/modules, over and over; a number in each heading tells them apart. The first languages
are real ones with their words; the others are English under tags of their own, because what is measured is the compiler
and not the writing.
"""
import pathlib
import re
import shutil
import sys

OURS = pathlib.Path("content/library")
PER_MODULE = 10
# Tags that ICU knows, for libraries of up to 60 languages.
TAGS = ("en es fr ar vi zh-Hans ht de it pt nl sv da nb fi pl cs sk sl hr hu ro bg el ru uk tr sq et lv lt is ga cy mt "
        "eu ca gl id ms sw so ha yo ig zu xh af fil ceb haw mi sm to fj ny rw mg lb fo").split()


def texts(lang):
    """The pages of a language as (heading, body) without links, which would lead nowhere."""
    pages = []
    for path in sorted(OURS.glob(f"modules/*/{lang}.md")):
        body = path.read_text().split("---\n", 2)[2]
        for part in re.split(r"^# ", body, flags=re.M)[1:]:
            heading, _, rest = part.partition("\n")
            heading = re.sub(r"\s*\{.*\}", "", heading)
            rest = re.sub(r"^- \[.*\]\(.*\)\n?", "", rest, flags=re.M).strip()
            if rest:
                pages.append((heading, rest))
    return pages


def module(number, pages, first):
    lines = ["---", f"title: A place to think {number}", "icon: door", "tint: sand", f"order: {number}", "note:",
             "audience: client", "sources: none; written for a measurement", "---", ""]
    for i in range(PER_MODULE):
        heading, body = pages[(first + i) % len(pages)]
        mark = " {picture=pic-door id=start}" if i == 0 else ""
        lines += [f"# {heading} {first + i + 1}{mark}", "", body, "", "- [Start](#start)", "- [Numbers](numbers)", ""]
    return "\n".join(lines)


def copy_language(folder, tag):
    own = tag if (OURS / f"words/{tag}.po").exists() else "en"
    for part in ("words", "pictures", "numbers"):
        po = OURS / part / f"{own}.po"
        if po.exists():
            text = po.read_text()
            if part == "numbers" or own == tag:
                (folder / part / f"{tag}.po").write_text(text)
            else:  # English under another tag: what is shown is the msgid
                (folder / part / f"{tag}.po").write_text(re.sub(r'msgid (".+")\nmsgstr ""', r"msgid \1\nmsgstr \1", text))
    if not (folder / "numbers" / f"{tag}.po").exists() and tag != "en":
        source = (OURS / "numbers/es.po").read_text()
        (folder / "numbers" / f"{tag}.po").write_text(source)
    return texts(own) or texts("en")


def main():
    folder, languages, pages = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    shutil.rmtree(folder, ignore_errors=True)
    for part in ("words", "pictures", "numbers"):
        (folder / part).mkdir(parents=True)
    for path in list(OURS.glob("pictures/*.svg")) + list(OURS.glob("numbers/*.csv")):
        shutil.copy(path, folder / path.relative_to(OURS))
    tags = TAGS[:languages]
    (folder / "pack.ini").write_text(
        "[pack]\nid=org.example.large\nkind=library\nversion=1\npublisher=Alcove\nmade=2026-11-20\n"
        "title=A library to measure\n\n[languages]\n" + "".join(f"{t}={t}\n" for t in tags) + "\n[reviewed]\n")
    for tag in tags:
        ours = copy_language(folder, tag)
        for number in range(1, pages // PER_MODULE + 1):
            path = folder / "modules" / f"place-{number:05}"
            path.mkdir(parents=True, exist_ok=True)
            (path / f"{tag}.md").write_text(module(number, ours, (number - 1) * PER_MODULE))


main()
