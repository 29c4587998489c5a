"""What a briefing says besides its data, in the languages that it speaks."""

from geodata.layers.text import Text

BRIEFING = Text("简版地图", "Simple map")
WHOLE = Text("全域", "The whole place")
SKIP = Text("跳过地图，直接看列表", "Skip the map, go to the lists")
MAP = Text("地图", "Map")
LEGEND = Text("图例与图层", "Legend and layers")
LISTS = Text("列表", "Lists")
JUMP = Text("跳转到图层", "Jump to a layer")
AS_OF = Text("数据截至 {}", "Data as of {}")
LOADED = Text("入库日期", "Loaded on")
SOURCE = Text("来源", "Source")
LAYER = Text("图层", "Layer")
RECORDS = Text("记录数", "Records")
ABOUT = Text("数据说明", "About the data")
PUBLICATION = Text("第 {} 版发布数据", "Publication no. {}")
NAME = Text("名称", "Name")
OTHER = Text("其他", "Other")
NOTHING = Text("此区域内没有记录。", "There are no records in this area.")
NO_PLACE = Text("{} 条没有位置，只列在表中。", "{} without a place: in the list only.")
LEFT_OUT = Text(
    "{}：共 {} 条，超出单个文件的容量，未收入；请选择较小的区域。",
    "{}: {:record|records} would be too much for one file and had to stay out; choose a smaller area.",
)
BASE_LEFT_OUT = Text(
    "底图未画 {}（共 {} 条），以便文件保持小巧；较小的区域会画出。",
    "The base map leaves out {} ({:record|records}) to keep the file small; a smaller area shows them.",
)
NAMES_LEFT_OUT = Text(
    "地图只写出最重要的 {} 个地名；较小的区域会写出全部。",
    "Only the {} greatest places are named on the map; a smaller area names them all.",
)
NO_MAP = Text(
    "此服务器尚未生成地图程序，以下是地图上的全部内容。",
    "The map's program has not been built on this server. Here is everything that the map would show.",
)
NO_SCRIPTS = Text(
    "地图需要 JavaScript；下面的列表内容相同。", "The map needs JavaScript. The lists below say the same."
)
CARE = Text("关怀版", "Care mode")
STANDARD = Text("标准版", "Standard mode")
TO_SITE = Text("完整地图", "Full map")
TAKE_AWAY = Text("下载为单个文件", "Take away as one file")
TAKE_AWAY_SHORT = Text("下载", "Take away")
ZOOM_IN = Text("放大", "Zoom in")
ZOOM_OUT = Text("缩小", "Zoom out")
CLOSE = Text("关闭", "Close")
SHOW_ON_MAP = Text("在地图上显示", "Show on the map")
IN_THE_LIST = Text("在列表中查看", "See it in the list")
SEVERAL_HERE = Text("此处共 {} 条", "{} records here")
SHOWN = Text("地图上已显示：{}", "Shown on the map: {}")
SEARCH = Text("按名称或别名搜索", "Search by name or alias")
SEARCHED = Text("名称或拼音首字母", "Name or pinyin initials")
FOUND = Text("搜索结果", "Places found")
HITS = Text("找到 {count} 处", "{count:place|places} found")
NO_HITS = Text("没有找到这个名称。", "Nothing has that name.")
ON_STREET = Text("出入口在{street}", "gate on {street}")
MANY = Text(
    "{}：共 {} 条，单个文件列不下：地图上有每一条的位置和名称；选择较小的区域可得完整列表。",
    "{}: {:record|records} are too many to list in one file. The map has each with its name; a smaller area lists all.",
)
TOO_MANY = Text(
    "{}：共 {} 条，单个文件写不下：地图只有每一条的位置；选择较小的区域可得名称和列表。",
    "{}: {:record|records} are too many to name in one file. The map has where each is; a smaller area lists them all.",
)
UNPLACED = Text("{}另有 {} 条没有位置，未收入。", "{} {:record|records} without a place had to stay out.")
