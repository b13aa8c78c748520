"""The command ``mixplan project``: the projects that are kept here, and the files that carry them."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from mixplan.base.files.cells import file_content
from mixplan.base.files.jsontext import json_text
from mixplan.base.files.writing import write_file
from mixplan.base.i18n import gettext as _
from mixplan.projects.home import user_name
from mixplan.projects.project import Project
from mixplan.projects.rows import STATES
from mixplan.projects.store import Listed, Store, open_store


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``project`` takes: one action each with what it needs."""
    # The parser of commands would look for a module for each.
    actions = parser.add_subparsers(
        dest="action", required=True, metavar="ACTION", parser_class=argparse.ArgumentParser
    )

    def action(name: str, does: Callable[[Store, argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        found = actions.add_parser(name, help=text, description=text)
        found.set_defaults(does=does)
        return found

    found = action("list", _list, _("列出项目"))
    found.add_argument("--json", action="store_true")
    found.add_argument("--all", action="store_true", help=_("连同已归档和已删除的"))
    found = action("new", _new, _("新建一个项目"))
    found.add_argument("name", metavar="NAME", help=_("名称"))
    for name, does, text in (
        ("rename", _rename, _("改名")),
        ("archive", _archive, _("归档")),
        ("restore", _restore, _("恢复已归档或已删除的项目")),
        ("delete", _delete, _("删除；restore 可以恢复")),
    ):
        found = action(name, does, text)
        _add_project(found)
        if name == "rename":
            found.add_argument("name", metavar="NEW", help=_("新名称"))
    found = action("export", _export, _("把项目写成一个文件，可以在另一台电脑导入，也可以用 QGIS 打开"))
    _add_project(found)
    found.add_argument("file", metavar="FILE", nargs="?", help=_("文件（默认 项目名称.mixplan）"))
    found.add_argument(
        "--with-personal-data",
        action="store_true",
        help=_("连同登记册原文件（其中可能有电话、联系人）；默认只带读入的各列"),
    )
    found = action("import", _import, _("导入一个项目文件"))
    found.add_argument("file", metavar="FILE", help=_("export 写的文件"))
    found.add_argument("--name", metavar="NAME", default="", help=_("在这里的名称（默认原来的名称）"))
    found.add_argument("--actuals", action="store_true", help=_("连同文件里有、这里没有的年度填报"))
    found = action("verify", _verify, _("核对留痕、记录和文件是否被改动过；有问题时退出码为 1"))
    found.add_argument("project", metavar="PROJECT", nargs="?", help=_("名称或编号（默认全部）"))


def _add_project(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("project", metavar="PROJECT", help=_("名称或编号"))


def run(args: argparse.Namespace) -> int:
    """Do what was asked for with the projects that are kept here."""
    code: int = args.does(open_store(), args)
    return code


def _list(store: Store, args: argparse.Namespace) -> int:
    found = [one for state in (STATES if args.all else STATES[:1]) for one in store.listed(state=state)]
    if args.json:
        print(json_text([_row(one) for one in found]))
        return 0
    for one in found:
        text = _("{id}  {name}  第 {revision} 版  {at} {who}{state}")
        print(
            text.format(
                id=one.id,
                name=one.name,
                revision=one.revision,
                at=one.changed_at[:16].replace("T", " "),
                who=one.changed_by,
                state=_state_words(one.state),
            )
        )
    if not found:
        print(_("还没有项目"), file=sys.stderr)
    return 0


def _row(one: Listed) -> dict[str, object]:
    return {name: value for name, value in vars(one).items() if name != "figures"}


def _state_words(state: str) -> str:
    return {"active": "", "archived": _("（已归档）"), "deleted": _("（已删除）")}[state]


def _new(store: Store, args: argparse.Namespace) -> int:
    made = store.create(args.name, Project(), who=user_name())
    print(made.id)
    return 0


def _rename(store: Store, args: argparse.Namespace) -> int:
    store.rename(store.find(args.project).id, args.name, who=user_name())
    return 0


def _archive(store: Store, args: argparse.Namespace) -> int:
    store.archive(store.find(args.project).id, who=user_name())
    return 0


def _restore(store: Store, args: argparse.Namespace) -> int:
    deleted = [one.id for one in store.listed(state="deleted") if args.project in (one.id, one.name)]
    if len(deleted) == 1:
        store.undelete(deleted[0], who=user_name())
    else:
        store.restore(store.find(args.project).id, who=user_name())
    return 0


def _delete(store: Store, args: argparse.Namespace) -> int:
    store.delete(store.find(args.project).id, who=user_name())
    return 0


def _export(store: Store, args: argparse.Namespace) -> int:
    from mixplan.handouts.of_project import bundle_bytes  # draws the map layers, which the other actions don't
    from mixplan.projects.file import file_name

    bundle = store.bundle(store.find(args.project).id, personal=args.with_personal_data)
    path = Path(args.file or file_name(bundle.name))
    write_file(path, bundle_bytes(bundle))
    print(path)
    text = _("项目“{name}”第 {revision} 版，校验值 {hash}")
    print(text.format(name=bundle.name, revision=bundle.revision, hash=bundle.head), file=sys.stderr)
    for name in bundle.left_out:
        text = _("没有带上“{name}”的原文件，只带读入的各列；要带上原文件（可能有个人信息），加 --with-personal-data。")
        print(text.format(name=name), file=sys.stderr)
    return 0


def _import(store: Store, args: argparse.Namespace) -> int:
    from mixplan.projects.file import LARGEST_MB, read_project_file

    path = Path(args.file)
    bundle = read_project_file(file_content(path, limit=LARGEST_MB * 2**20), path.name)
    made = store.take_in(bundle, who=user_name(), name=args.name)
    print(made.id)
    text = _("项目“{name}”第 {revision} 版，校验值 {hash}")
    print(text.format(name=made.name, revision=made.revision, hash=made.head), file=sys.stderr)
    if args.actuals:
        print(_("收入 {count} 条年度填报。").format(count=store.add_actuals(bundle)), file=sys.stderr)
    elif count := store.unknown_actuals(bundle):
        text = _("文件里有 {count} 条年度填报这里没有；要一并收入，加 --actuals 再导入，或在“目标进度”页填报。")
        print(text.format(count=count), file=sys.stderr)
    return 0


def _verify(store: Store, args: argparse.Namespace) -> int:
    found = store.verify(None if args.project is None else store.find(args.project).id)
    for one in found:
        where = "" if one.revision is None else _("第 {revision} 版").format(revision=one.revision)
        of = f"{one.name} ({one.project})" if one.project else one.name
        print(f"{of} {where}".rstrip() + f": {one.what}")
    bad = sum(not one.note for one in found)
    print(_("{count} 处不符。").format(count=bad) if bad else _("没有发现改动。"), file=sys.stderr)
    return 1 if bad else 0
