"""A library as large as one likes: make_huge.py LIBRARY.pack MEGABYTES OUT.pack

The content of a real library again and again, as more pages of its modules and as more modules; straight with SQLite,
because no folder of Markdown is as large.
"""
import shutil
import sqlite3
import sys

PAGES = 900  # of one module; a reader takes 1,000


def main():
    library, megabytes, out = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    shutil.copy(library, out)
    db = sqlite3.connect(out, isolation_level=None)
    db.execute("PRAGMA journal_mode=OFF")
    db.execute("PRAGMA synchronous=OFF")
    db.execute("BEGIN")
    modules = db.execute("SELECT lang, id, pages FROM module").fetchall()
    rest = {}
    for table, keys in (("page", 3), ("block", 3), ("module", 2)):
        rest[table] = ",".join(r[1] for r in db.execute(f"PRAGMA table_info({table})"))
        rest[table] = ",".join(rest[table].split(",")[keys:])
        db.execute(f"CREATE TEMP TABLE old_{table} AS SELECT * FROM {table}")
        db.execute(f"CREATE INDEX temp.by_{table} ON old_{table} (lang, {'id' if table == 'module' else 'module'})")
    turn = 0
    while db.execute("PRAGMA page_count").fetchone()[0] * 4096 < megabytes * 1000000:
        for lang, module, pages in modules:
            new = module if turn == 0 else f"{module}-{turn}"
            times = max(1, PAGES // pages)
            if turn > 0:
                db.execute(f"INSERT INTO module SELECT lang, ?, {rest['module']} FROM old_module "
                           "WHERE lang = ? AND id = ?", (new, lang, module))
            for k in range(1 if turn == 0 else 0, times):
                for table, number in (("page", "number"), ("block", "page")):
                    db.execute(f"INSERT INTO {table} SELECT lang, ?, {number} + ?, {rest[table]} FROM old_{table} "
                               "WHERE lang = ? AND module = ?", (new, k * pages, lang, module))
            db.execute("UPDATE module SET pages = ? WHERE lang = ? AND id = ?", (times * pages, lang, new))
            if db.execute("PRAGMA page_count").fetchone()[0] * 4096 >= megabytes * 1000000:
                break
        turn += 1
    db.execute("COMMIT")
    db.close()


main()
