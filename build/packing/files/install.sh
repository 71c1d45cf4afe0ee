#!/bin/sh
# 起底台账：装到当前用户名下，不要管理员权限。再运行一次就是升级；./install.sh --remove 卸下。
# 台账数据在“文档”文件夹里，安装、升级、卸下都不碰它。
set -eu
data="${XDG_DATA_HOME:-$HOME/.local/share}"
home="$data/qidi"
link="$HOME/.local/bin/qidi"
menu="$data/applications/qidi.desktop"
icons="$data/icons/hicolor"

# 开着的程序用到什么才读什么，从它脚下换掉会出错。
mine="$(readlink -f "$home/qidi" || true)"
for each in /proc/[0-9]*/exe; do
    if [ -n "$mine" ] && [ "$(readlink "$each" 2>/dev/null)" = "$mine" ]; then
        echo "起底台账还开着，请先关闭它，再运行一次。什么也没有动。" >&2
        exit 1
    fi
done

if [ "${1:-}" = "--remove" ]; then
    rm -rf "$home"
    rm -f "$link" "$menu" "$icons/scalable/apps/qidi.svg" "$icons/256x256/apps/qidi.png"
    echo "已卸下起底台账；台账数据没有动。"
    exit 0
fi

here="$(cd "$(dirname "$0")" && pwd)"
[ -x "$here/qidi/qidi" ] || { echo "安装包不完整：缺少 $here/qidi/qidi，请重新解压。" >&2; exit 1; }
# 先试后换：新程序在这台电脑上跑不起来，旧的还在。
"$here/qidi/qidi" --help >/dev/null 2>&1 || {
    echo "这台电脑运行不了这个程序（多半是系统太旧），没有安装。原因：" >&2
    "$here/qidi/qidi" --help 2>&1 | tail -n 3 >&2 || true
    exit 1
}
mkdir -p "$data" "$HOME/.local/bin" "$data/applications" "$icons/scalable/apps" "$icons/256x256/apps"
rm -rf "$home.new"
cp -R "$here/qidi" "$home.new"
rm -rf "$home.old"
[ ! -e "$home" ] || mv "$home" "$home.old"
mv "$home.new" "$home"
rm -rf "$home.old"
ln -sf "$home/qidi" "$link"
cp "$here/qidi.svg" "$icons/scalable/apps/qidi.svg"
cp "$here/qidi.png" "$icons/256x256/apps/qidi.png"
{ grep -v '^Exec=' "$here/qidi.desktop"; printf 'Exec="%s"\n' "$home/qidi"; } >"$menu"
echo "已装好。在应用菜单里找“起底台账”，或运行 $link"
