"""Writes the sources of a library of any size: make_library.py DIR MODULES PAGES

Every page says the same, so that two libraries differ in size alone. The second page of the first module leads to the
module in the middle.
"""
import pathlib
import shutil
import sys

PAGE = """# A quiet place {picture=pic-door%s}

Some people look for a place where they can think.

You can **take your time**. You can change your mind.
%s
"""


def module(number, pages, middle):
    lines = ["---", "title: A place to think", "icon: door", "tint: sand", f"order: {number}", "note:",
             "audience: client", "sources: none; written for a measurement", "---", ""]
    for page in range(1, pages + 1):
        answer = f"\n- [Another place](module:{middle})" if number == 1 and page == 2 else ""
        lines.append(PAGE % (" id=start" if page == 1 else "", answer))
    return "\n".join(lines)


def main():
    folder, modules, pages = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    ours = pathlib.Path("content/library")
    shutil.rmtree(folder, ignore_errors=True)
    for part in ("words", "pictures", "numbers"):
        (folder / part).mkdir(parents=True)
    for file in ours.glob("words/en.po"), ours.glob("pictures/*.svg"), ours.glob("pictures/en.po"), \
            ours.glob("numbers/*.csv"):
        for path in file:
            shutil.copy(path, folder / path.relative_to(ours))
    (folder / "pack.ini").write_text(
        "[pack]\nid=org.example.bench\nkind=library\nversion=1\npublisher=Alcove\nmade=2026-11-20\n"
        "title=A library to measure\n\n[languages]\nen=English\n\n[reviewed]\nen=no\n")
    middle = f"place-{(modules + 1) // 2 + 1:05}"
    for number in range(1, modules + 1):
        path = folder / "modules" / f"place-{number:05}"
        path.mkdir(parents=True)
        (path / "en.md").write_text(module(number, pages, middle))


main()
