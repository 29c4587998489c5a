"""What the functions by which officers write refuse, in words."""

from __future__ import annotations

from geodata.errors import GeodataError, InvalidInput, NotFound, TooBusy

LOCK_NOT_AVAILABLE = "55P03"


def refusal_of(sqlstate: str) -> GeodataError | None:
    """Return what the database has refused in words; None for what is no refusal of its functions'."""
    if sqlstate == "CS001":
        return NotFound("nothing of the kind in these areas")
    if sqlstate == LOCK_NOT_AVAILABLE:
        return TooBusy("data are being loaded: try again in a minute", zh="正在导入数据，请一分钟后再试")
    sentence = SENTENCES.get(sqlstate)
    return InvalidInput(sentence[0], zh=sentence[1]) if sentence else None


SENTENCES = {
    "CS002": ("the place lies outside your areas", "该位置不在您的辖区内"),
    "CS003": (
        "this step doesn't follow from the last one: somebody may have recorded another meanwhile",
        "该环节不能接在当前状态之后：可能刚有人登记了其他环节",
    ),
    "CS004": (
        "who recorded that it is mended doesn't re-check it: another account has to",
        "整改登记人不能复查，请由其他人员复查",
    ),
    "CS005": ("a photo of the mended place is needed to close it", "销号需要整改后的照片"),
    "CS006": ("a deadline is needed, today or later", "请填写整改期限（不早于今天）"),
    "CS007": ("it is too late to take this back: record the next step instead", "已超过撤销时间，请登记下一环节"),
    "CS008": ("something has been recorded after it: it can't be taken back", "之后已有新的登记，不能撤销"),
    "CS009": ("ten photos of one hazard are enough", "每条隐患最多保存十张照片"),
    "CS013": ("the words are too long: 200 characters are the most", "文字说明过长，最多 200 个字"),
    "CS014": (
        "who set the deadline doesn't put it off: another account has to",
        "设定期限的人不能自行延期，请由其他人员登记",
    ),
    "CS015": ("say in a few words why the deadline is put off", "请用几句话说明延期理由"),
    "CS016": (
        "the new deadline has to be later than the one that stands, and at most a year ahead",
        "新期限应晚于现有期限，且不超过一年",
    ),
    "CS011": ("this form has been used for something else: open it anew", "该表单已用于其他登记，请重新打开"),
    "CS012": ("this has been taken back: open the form anew", "该登记已撤销，请重新打开表单"),
}
