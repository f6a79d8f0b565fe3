"""The vocabulary of the shop's shelves, English and Chinese side by side.

A term is written ``"English|中文"``; several terms are separated by ``;``.  A product's name is
brand + make + noun + size, so a shelf of five nouns, four makes and three sizes names 60 products.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Term:
    """One expression in both languages."""

    en: str
    zh: str


@dataclass(frozen=True)
class Shelf:
    """A sub-category: its names, price range in CNY, season and how fast it is used up.

    ``season`` names a profile of ``calendar.PROFILES``; ``cycle_days`` is the usual time between
    two purchases of a consumable and 0 for things that last.
    """

    top: Term
    sub: Term
    low: float
    high: float
    season: str
    cycle_days: int
    nouns: tuple[Term, ...]
    makes: tuple[Term, ...]
    sizes: tuple[Term, ...]

    @property
    def path(self) -> str:
        """The category in English, from the top down."""
        return f"{self.top.en} > {self.sub.en}"

    @property
    def path_zh(self) -> str:
        """The category in Chinese, from the top down."""
        return f"{self.top.zh} > {self.sub.zh}"


def terms(text: str) -> tuple[Term, ...]:
    """Read ``"Cup|杯; Pot|壶"`` into terms."""
    pairs = (part.strip().split("|") for part in text.split(";"))
    return tuple(Term(en, zh) for en, zh in pairs)


def _shelf(names: str, market: tuple[float, float, str, int], *words: str) -> Shelf:
    top, sub = terms(names)
    nouns, makes, sizes = (terms(text) for text in words)
    return Shelf(top, sub, *market, nouns, makes, sizes)


SHELVES: tuple[Shelf, ...] = (
    _shelf(
        "Tea|茶叶; Green Tea|绿茶",
        (38, 320, "tea", 45),
        "Longjing Tea|龙井茶; Biluochun Tea|碧螺春; Maofeng Tea|毛峰茶; Anji White Tea|安吉白茶",
        "First-Flush|明前; High-Mountain|高山; Hand-Fired|手工炒制; Everyday|口粮",
        "50 g Pouch|50克袋装; 125 g Tin|125克罐装; 250 g Gift Box|250克礼盒",
    ),
    _shelf(
        "Tea|茶叶; Black & Oolong|红茶乌龙",
        (35, 360, "tea", 50),
        "Keemun Black Tea|祁门红茶; Lapsang Souchong|正山小种; Tieguanyin|铁观音; "
        "Dahongpao|大红袍; Dianhong|滇红",
        "Charcoal-Roasted|炭焙; Old-Tree|古树; Honey-Scented|蜜香; Classic|经典",
        "60 g Pouch|60克袋装; 150 g Tin|150克罐装; 300 g Gift Box|300克礼盒",
    ),
    _shelf(
        "Tea|茶叶; Pu'er & Dark Tea|普洱黑茶",
        (48, 520, "tea", 70),
        "Ripe Pu'er Cake|熟普茶饼; Raw Pu'er Cake|生普茶饼; Mini Tuocha|小沱茶; "
        "Tangerine Pu'er|小青柑",
        "Menghai|勐海; Five-Year Aged|五年陈; Ten-Year Aged|十年陈; Spring-Picked|春采",
        "100 g|100克; 200 g|200克; 357 g|357克",
    ),
    _shelf(
        "Tea|茶叶; Flower & Herbal Tea|花草茶",
        (22, 128, "tea", 35),
        "Jasmine Tea|茉莉花茶; Chrysanthemum Tea|菊花茶; Rosebud Tea|玫瑰花茶; "
        "Osmanthus Oolong|桂花乌龙; Goji & Jujube Tea|枸杞红枣茶",
        "Sun-Dried|日晒; Caffeine-Free|无咖啡因; Blended|拼配; Organic|有机",
        "10 Sachets|10包; 20 Sachets|20包; 100 g Jar|100克罐装",
    ),
    _shelf(
        "Teaware|茶具; Teapots|茶壶",
        (88, 880, "gift", 0),
        "Teapot|茶壶; Side-Handle Teapot|侧把壶; Kettle|煮茶壶; Cold-Brew Pitcher|冷泡壶",
        "Yixing Clay|紫砂; Celadon|青瓷; Heatproof Glass|耐热玻璃; Cast-Iron|铸铁",
        "180 ml|180毫升; 350 ml|350毫升; 600 ml|600毫升",
    ),
    _shelf(
        "Teaware|茶具; Cups & Gaiwans|茶杯盖碗",
        (26, 268, "steady", 0),
        "Gaiwan|盖碗; Tasting Cup|品茗杯; Travel Mug|随行杯; Lidded Office Cup|办公盖杯; "
        "Fairness Pitcher|公道杯",
        "Blue-and-White|青花; Ru Glaze|汝窑; Bone China|骨瓷; Tea-Dust Glaze|茶叶末釉",
        "Single|单只; Set of Two|两只装; Set of Six|六只装",
    ),
    _shelf(
        "Teaware|茶具; Trays & Tools|茶盘茶道",
        (18, 388, "steady", 0),
        "Tea Tray|茶盘; Tea Scoop Set|茶道六君子; Strainer|茶滤; Tea Caddy|茶叶罐; Tea Pet|茶宠",
        "Bamboo|竹制; Walnut|胡桃木; Black Stone|乌金石; Stoneware|粗陶",
        "Small|小号; Medium|中号; Large|大号",
    ),
    _shelf(
        "Kitchen & Dining|厨房餐饮; Bowls & Plates|碗盘",
        (19, 258, "steady", 0),
        "Rice Bowl|饭碗; Noodle Bowl|面碗; Dinner Plate|餐盘; Dipping Dish|味碟; Soup Bowl|汤碗",
        "Speckled Stoneware|斑点粗陶; Underglaze|釉下彩; Pine-Needle|松针纹; Moon-White|月白釉",
        "Single|单只; Set of Two|两只装; Set of Four|四只装",
    ),
    _shelf(
        "Kitchen & Dining|厨房餐饮; Cookware|锅具",
        (68, 698, "steady", 0),
        "Wok|炒锅; Clay Casserole|砂锅; Steamer|蒸笼; Chef's Knife|主厨刀; Chopping Board|砧板",
        "Hand-Hammered|手工锻打; Uncoated|无涂层; Acacia|相思木; Enamelled|珐琅",
        "24 cm|24厘米; 28 cm|28厘米; 32 cm|32厘米",
    ),
    _shelf(
        "Kitchen & Dining|厨房餐饮; Storage & Jars|储物罐",
        (16, 138, "school", 0),
        "Spice Jar|调料罐; Grain Canister|米桶; Lunch Box|饭盒; Oil Bottle|油壶",
        "Airtight|密封; Borosilicate|高硼硅; Enamel|搪瓷; Wheat-Straw|麦秸秆",
        "Small|小号; Large|大号; Set of Three|三件套",
    ),
    _shelf(
        "Home Textiles|家纺; Cushions|靠垫",
        (39, 238, "warm", 0),
        "Cushion|抱枕; Seat Pad|坐垫; Floor Cushion|蒲团; Bolster|腰枕",
        "Linen|亚麻; Corduroy|灯芯绒; Indigo-Dyed|蓝染; Embroidered|刺绣",
        "40 cm|40厘米; 45 cm|45厘米; 55 cm|55厘米",
    ),
    _shelf(
        "Home Textiles|家纺; Throws & Blankets|盖毯",
        (98, 598, "warm", 0),
        "Throw|盖毯; Blanket|毛毯; Nap Blanket|午睡毯; Bed Runner|床旗",
        "Waffle-Weave|华夫格; Lambswool|羊羔绒; Washed Cotton|水洗棉; Herringbone|人字纹",
        "100 x 150 cm|100×150厘米; 150 x 200 cm|150×200厘米; 200 x 230 cm|200×230厘米",
    ),
    _shelf(
        "Home Textiles|家纺; Table Linen|桌布餐巾",
        (25, 198, "gift", 0),
        "Table Runner|桌旗; Tablecloth|桌布; Napkins|餐巾; Tea Towel|茶巾",
        "Ramie|苎麻; Batik|蜡染; Stonewashed|石洗; Jacquard|提花",
        "Small|小号; Medium|中号; Large|大号",
    ),
    _shelf(
        "Lighting & Candles|灯饰香氛; Lamps & Lanterns|灯具灯笼",
        (68, 568, "warm", 0),
        "Table Lamp|台灯; Night Light|小夜灯; Paper Lantern|纸灯笼; Camping Lantern|露营灯",
        "Rice-Paper|宣纸; Rattan|藤编; Dimmable|可调光; Ceramic|陶瓷",
        "Small|小号; Medium|中号; Large|大号",
    ),
    _shelf(
        "Lighting & Candles|灯饰香氛; Scented Candles|香薰蜡烛",
        (39, 228, "warm", 60),
        "Candle|香薰蜡烛; Pillar Candle|柱形蜡烛; Travel Candle|旅行蜡烛; Wax Melts|香薰蜡片",
        "Osmanthus|桂花; White Tea|白茶; Cedar & Ink|雪松墨香; Fig & Fir|无花果冷杉",
        "80 g|80克; 180 g|180克; 320 g|320克",
    ),
    _shelf(
        "Lighting & Candles|灯饰香氛; Diffusers & Incense|扩香线香",
        (29, 258, "steady", 55),
        "Incense Sticks|线香; Reed Diffuser|藤条扩香; Incense Coil|盘香; Room Mist|空间喷雾",
        "Sandalwood|檀香; Agarwood|沉香; Green Bamboo|青竹; Rain on Stone|雨后青石",
        "Refill|替换装; Classic|经典装; Gift Box|礼盒装",
    ),
    _shelf(
        "Stationery|文具; Notebooks|笔记本",
        (15, 118, "school", 60),
        "Notebook|笔记本; Planner|手账本; Sketchbook|速写本; Travel Journal|旅行手账",
        "Thread-Bound|线装; Dot-Grid|点阵; Kraft|牛皮纸; Silk-Covered|丝绸面",
        "A6|A6; A5|A5; B5|B5",
    ),
    _shelf(
        "Stationery|文具; Pens & Ink|笔与墨水",
        (12, 298, "school", 75),
        "Fountain Pen|钢笔; Gel Pen|中性笔; Brush Pen|秀丽笔; Bottled Ink|瓶装墨水",
        "Brass|黄铜; Bamboo-Barrel|竹节; Shimmer|闪粉; Everyday|日常",
        "Single|单支; Pair|两支装; Set of Five|五支装",
    ),
    _shelf(
        "Stationery|文具; Calligraphy|书法",
        (22, 360, "school", 0),
        "Writing Brush|毛笔; Ink Stone|砚台; Xuan Paper|宣纸; Seal Set|印章套装; Brush Rest|笔搁",
        "Wolf-Hair|狼毫; Huizhou|徽州; Beginner's|初学; Scholar's|文房",
        "Small|小号; Medium|中号; Gift Box|礼盒装",
    ),
    _shelf(
        "Gifts & Festivals|礼品节庆; Gift Sets|礼盒",
        (98, 998, "gift", 0),
        "Tea Gift Set|茶礼盒; Wellness Hamper|养生礼盒; Housewarming Set|乔迁礼盒; "
        "Wedding Favours|婚礼伴手礼; Corporate Gift Set|商务礼盒",
        "Good-Fortune|福气; Four-Seasons|四季; Moonlight|月光; Peony|牡丹",
        "Petite|小巧装; Classic|经典装; Grand|尊享装",
    ),
    _shelf(
        "Gifts & Festivals|礼品节庆; Spring Festival|春节年货",
        (9, 168, "festival", 0),
        "Couplets|春联; Red Envelopes|红包; Window Cut-Outs|窗花; Hanging Lantern|挂灯笼; "
        "Zodiac Ornament|生肖摆件",
        "Gold-Foil|烫金; Flocked|植绒; Paper-Cut|剪纸; Woven|编织",
        "Small|小号; Large|大号; Family Pack|全家装",
    ),
    _shelf(
        "Gifts & Festivals|礼品节庆; Christmas|圣诞",
        (12, 188, "christmas", 0),
        "Baubles|圣诞球; Wreath|花环; Stocking|圣诞袜; Advent Calendar|倒数日历; "
        "Tree Topper|树顶星",
        "Hand-Blown|手工吹制; Felt|毛毡; Frosted|霜雪; Plaid|格纹",
        "Small|小号; Large|大号; Set of Six|六件套",
    ),
    _shelf(
        "Gifts & Festivals|礼品节庆; Cards & Wrapping|贺卡包装",
        (8, 58, "gift", 90),
        "Greeting Cards|贺卡; Wrapping Paper|包装纸; Ribbon|丝带; Gift Bags|礼品袋",
        "Letterpress|凸版印刷; Botanical|植物图案; Cloud-Pattern|祥云纹; Recycled|再生纸",
        "Pack of 3|3件装; Pack of 6|6件装; Pack of 12|12件装",
    ),
    _shelf(
        "Bath & Care|洗护; Handmade Soap|手工皂",
        (18, 98, "steady", 40),
        "Soap Bar|手工皂; Shampoo Bar|洗发皂; Hand Wash|洗手液; Bath Salts|浴盐",
        "Mugwort|艾草; Camellia Oil|山茶油; Sea Salt|海盐; Oat Milk|燕麦奶",
        "Single|单块; Twin Pack|两块装; Four Pack|四块装",
    ),
    _shelf(
        "Bath & Care|洗护; Towels|毛巾浴巾",
        (22, 188, "summer", 0),
        "Hand Towel|毛巾; Bath Towel|浴巾; Hair Wrap|干发帽; Bath Mat|浴室地垫",
        "Long-Staple Cotton|长绒棉; Bamboo Fibre|竹纤维; Gauze|纱布; Turkish|土耳其棉",
        "Single|单条; Pair|两条装; Set of Three|三条装",
    ),
    _shelf(
        "Bath & Care|洗护; Creams & Balms|护手霜膏",
        (19, 148, "warm", 45),
        "Hand Cream|护手霜; Lip Balm|润唇膏; Herbal Balm|草本膏; Body Lotion|身体乳",
        "Pearl|珍珠; Snow-Lotus|雪莲; Shea|乳木果; Magnolia|玉兰",
        "15 ml|15毫升; 50 ml|50毫升; Trio|三支装",
    ),
    _shelf(
        "Home Decor|家居装饰; Vases|花瓶",
        (35, 468, "gift", 0),
        "Vase|花瓶; Bud Vase|小花器; Ikebana Dish|剑山花盘; Planter|花盆",
        "Crackle-Glaze|开片釉; Ribbed Glass|竖纹玻璃; Unglazed|素烧; Sang-de-Boeuf|郎红釉",
        "12 cm|12厘米; 20 cm|20厘米; 32 cm|32厘米",
    ),
    _shelf(
        "Home Decor|家居装饰; Wall Art & Frames|挂画相框",
        (29, 498, "steady", 0),
        "Landscape Print|山水挂画; Scroll|卷轴; Photo Frame|相框; Wall Clock|挂钟",
        "Song-Dynasty|宋式; Ink-Wash|水墨; Solid-Wood|实木; Lacquered|漆艺",
        "Small|小号; Medium|中号; Large|大号",
    ),
    _shelf(
        "Home Decor|家居装饰; Fans & Ornaments|扇子摆件",
        (19, 288, "summer", 0),
        "Folding Fan|折扇; Round Silk Fan|团扇; Desk Ornament|桌面摆件; Wind Chime|风铃",
        "Silk|真丝; Carved Bamboo|竹雕; Cloisonné|景泰蓝; Brass|黄铜",
        "Small|小号; Classic|经典; Collector's|收藏款",
    ),
    _shelf(
        "Kids & Toys|儿童玩具; Wooden Toys|木制玩具",
        (35, 298, "gift", 0),
        "Building Blocks|积木; Luban Lock|鲁班锁; Tea-Time Play Set|过家家茶具; Pull-Along|拖拉车",
        "Beech|榉木; Rainbow|彩虹; Montessori|蒙氏; Classic|经典",
        "12 Pieces|12件; 24 Pieces|24件; 48 Pieces|48件",
    ),
    _shelf(
        "Kids & Toys|儿童玩具; Puzzles & Games|拼图游戏",
        (25, 198, "gift", 0),
        "Jigsaw|拼图; Go Set|围棋; Chinese Chess|象棋; Memory Game|记忆牌",
        "Panda|熊猫; Palace Museum-Style|宫廷; Travel|便携; Magnetic|磁性",
        "Small|小号; Standard|标准; Deluxe|豪华",
    ),
    _shelf(
        "Pantry|食品; Honey & Preserves|蜂蜜果酱",
        (28, 168, "steady", 40),
        "Honey|蜂蜜; Plum Preserve|话梅; Pear Syrup|秋梨膏; Jam|果酱",
        "Linden|椴树; Wildflower|百花; Slow-Cooked|慢熬; No-Added-Sugar|无添加糖",
        "200 g|200克; 400 g|400克; 700 g|700克",
    ),
    _shelf(
        "Pantry|食品; Pastries & Nuts|糕点坚果",
        (18, 188, "gift", 30),
        "Walnut Cookies|桃酥; Osmanthus Cake|桂花糕; Roasted Walnuts|烤核桃; Pine Nuts|松子; "
        "Mung Bean Cakes|绿豆糕",
        "Suzhou-Style|苏式; Hand-Cut|手切; Lightly Salted|轻盐; Less-Sweet|少糖",
        "120 g|120克; 300 g|300克; 600 g Gift Tin|600克礼罐",
    ),
    _shelf(
        "Pantry|食品; Coffee|咖啡",
        (35, 198, "steady", 30),
        "Coffee Beans|咖啡豆; Drip Bags|挂耳咖啡; Cold Brew|冷萃咖啡; Instant Coffee|速溶咖啡",
        "Yunnan Washed|云南水洗; Honey-Process|蜜处理; Dark-Roast|深烘; Decaf|低因",
        "Trial Pack|尝鲜装; Classic|经典装; Value Pack|家庭装",
    ),
)
