"""Brands, suppliers and the sentences that describe products, by top category."""

from config.demo_shop.words import Term, terms

BRANDS: dict[str, tuple[Term, ...]] = {
    "Tea": terms("Yunshan|云山; Wuling Leaf|武陵叶; Morning Mist|晨雾"),
    "Teaware": terms("Jingde Studio|景德工坊; Quiet Kiln|静窑; Yunshan|云山"),
    "Kitchen & Dining": terms("Quiet Kiln|静窑; Hearth & Rice|炊米; North Window|北窗"),
    "Home Textiles": terms("Mulan Home|木兰家; North Window|北窗"),
    "Lighting & Candles": terms("Lantern Lane|灯巷; Baicao|百草"),
    "Stationery": terms("Paper Crane|纸鹤; Ink River|墨河"),
    "Gifts & Festivals": terms("Ruyi|如意; Lantern Lane|灯巷; Paper Crane|纸鹤"),
    "Bath & Care": terms("Baicao|百草; Harbour & Pine|港松"),
    "Home Decor": terms("Jingde Studio|景德工坊; North Window|北窗; Ruyi|如意"),
    "Kids & Toys": terms("Little Panda|小熊猫; Maple Bear|枫熊"),
    "Pantry": terms("Hearth & Rice|炊米; Wuling Leaf|武陵叶; Harbour & Pine|港松"),
}

BENEFITS: dict[str, tuple[Term, ...]] = {
    "Tea": terms(
        "Clear liquor and a long sweet finish|汤色清亮，回甘悠长; "
        "Picked by hand on small family gardens|小茶园人工采摘; "
        "Good for six or more infusions|耐泡六道以上"
    ),
    "Teaware": terms(
        "Comfortable in the hand and pours without dripping|手感舒适，出水利落不滴漏; "
        "Each piece is finished by hand and differs a little|手工修坯，每件略有不同; "
        "Made for quiet afternoons with friends|适合与好友共度安静的午后"
    ),
    "Kitchen & Dining": terms(
        "Sturdy enough for every day, pretty enough for guests|日常耐用，待客体面; "
        "Safe in the dishwasher|可用洗碗机清洗; Stacks neatly in small kitchens|可叠放，节省空间"
    ),
    "Home Textiles": terms(
        "Soft from the first wash|柔软亲肤，越洗越软; Keeps its colour|色牢度高，不易褪色; "
        "Breathable in summer and warm in winter|冬暖夏凉"
    ),
    "Lighting & Candles": terms(
        "A gentle light for the evening|夜晚的一盏柔光; "
        "Long-lasting scent that never shouts|留香持久而不张扬; "
        "Calms a busy room|让忙碌的空间安静下来"
    ),
    "Stationery": terms(
        "Smooth to write on, no bleed-through|书写顺滑，不洇不透; "
        "A small pleasure for the desk|书桌上的小确幸; "
        "For beginners and collectors alike|新手与藏家皆宜"
    ),
    "Gifts & Festivals": terms(
        "Arrives ready to give|到手即可送礼; "
        "Brings a festive mood to the house|为家里添一份节日气氛; "
        "A thoughtful greeting for family and colleagues|送家人送同事都得体"
    ),
    "Bath & Care": terms(
        "Plant-based and kind to sensitive skin|植物成分，敏感肌可用; "
        "Absorbs quickly|吸收快，不黏腻; "
        "A light, natural scent|自然淡香"
    ),
    "Home Decor": terms(
        "Fits modern and traditional rooms|现代与中式空间皆宜; "
        "A quiet accent for a shelf or window|书架窗台的点睛之物; Made in small batches|小批量制作"
    ),
    "Kids & Toys": terms(
        "Rounded edges and water-based paint|圆角打磨，水性漆; "
        "Trains patience and small hands|锻炼耐心与动手能力; Fun for the whole family|全家一起玩"
    ),
    "Pantry": terms(
        "Made in small batches without preservatives|小批量制作，不加防腐剂; "
        "Lovely with a cup of tea|配茶刚刚好; Opens with a real aroma|开袋香气扑鼻"
    ),
}

CLOSINGS: tuple[Term, ...] = terms(
    "Ships within 48 hours from Shanghai|上海仓48小时内发货; "
    "Comes in a recyclable box|采用可回收包装; "
    "Free returns within seven days|支持七天无理由退货; "
    "Designed in Hangzhou|杭州设计"
)

SUPPLIERS: tuple[str, ...] = (
    "Hangzhou Greenhill Tea Co.",
    "Wuyi Rock Tea Cooperative",
    "Jingdezhen Kiln Works",
    "Yixing Claycraft",
    "Ningbo Homeware Export",
    "Suzhou Silk & Linen",
    "Yiwu Festival Supply",
    "Guangzhou Aroma Lab",
    "Anhui Four Treasures",
    "Dongyang Woodcraft",
    "Shenzhen Lighting Factory",
    "Yunnan Highland Foods",
)
