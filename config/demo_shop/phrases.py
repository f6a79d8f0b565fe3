"""Sentences for reviews: by language, aspect and mood."""

ASPECTS = ("quality", "delivery", "packaging", "price", "look", "service")
GOOD, BAD = "good", "bad"

PHRASES: dict[str, dict[str, dict[str, tuple[str, ...]]]] = {
    "en": {
        "quality": {
            GOOD: (
                "The {noun} feels solid and well made.",
                "Really good quality, better than I expected.",
                "After weeks of use it is still as good as new.",
                "You can tell somebody cared when making this {noun}.",
            ),
            BAD: (
                "The quality is disappointing.",
                "It was faulty within a week.",
                "The {noun} feels cheap and the finish is rough.",
                "Mine arrived with a flaw right on the front.",
            ),
        },
        "delivery": {
            GOOD: (
                "Arrived two days early.",
                "Fast delivery, thank you.",
                "Shipping was quicker than promised.",
            ),
            BAD: (
                "Delivery took almost three weeks.",
                "The parcel was late and the tracking never updated.",
                "I waited far too long for it to arrive.",
            ),
        },
        "packaging": {
            GOOD: (
                "Beautifully wrapped, nothing was broken.",
                "The box alone is lovely.",
                "Packed with great care.",
            ),
            BAD: (
                "The box was crushed.",
                "Poor packaging, one corner came damaged.",
                "It was thrown into a bag without any padding.",
            ),
        },
        "price": {
            GOOD: (
                "Great value for the money.",
                "I got it on sale and it is a bargain.",
                "A fair price for what you get.",
            ),
            BAD: (
                "Overpriced for what it is.",
                "It went on sale the day after I paid full price.",
                "I have seen the same thing cheaper elsewhere.",
            ),
        },
        "look": {
            GOOD: (
                "Looks even prettier than in the photos.",
                "The colour is gorgeous.",
                "An elegant {noun}, my guests keep asking about it.",
            ),
            BAD: (
                "The colour is nothing like the photo.",
                "It is much smaller than it looks online.",
                "Looks dull in real life.",
            ),
        },
        "service": {
            GOOD: (
                "Customer service answered within minutes.",
                "The shop replaced a missing part at once.",
                "Friendly and helpful team.",
            ),
            BAD: (
                "Nobody answered my messages.",
                "Customer service was of no help.",
                "Getting a refund was a struggle.",
            ),
        },
    },
    "zh": {
        "quality": {
            GOOD: (
                "{noun}质量很好，做工精细。",
                "质感超出预期，很扎实。",
                "用了几周还跟新的一样。",
                "看得出来是用心做的。",
            ),
            BAD: (
                "质量让人失望。",
                "用了不到一周就坏了。",
                "{noun}做工粗糙，摸着很廉价。",
                "收到就有瑕疵，还在正面。",
            ),
        },
        "delivery": {
            GOOD: ("物流很快，第二天就到了。", "发货速度快，点赞。", "比预计早到两天。"),
            BAD: (
                "物流太慢，等了快三周。",
                "迟迟不发货，催了好几次。",
                "快递一直不更新，等得着急。",
            ),
        },
        "packaging": {
            GOOD: ("包装很用心，一点没破损。", "盒子也很漂亮，送人有面子。", "层层包裹，很安全。"),
            BAD: ("包装太简陋，盒子压扁了。", "没有任何缓冲，边角磕坏了。", "外盒破损，没法送人。"),
        },
        "price": {
            GOOD: ("性价比很高，值得买。", "活动价入手，很划算。", "这个价格很实在。"),
            BAD: ("价格偏贵，不值这个价。", "刚买完就降价，心塞。", "别家同款便宜不少。"),
        },
        "look": {
            GOOD: (
                "颜值很高，比图片还好看。",
                "颜色特别美，家人都喜欢。",
                "{noun}很雅致，摆着就开心。",
            ),
            BAD: ("颜色跟图片差太多。", "比想象的小很多。", "实物没有照片好看，有点失望。"),
        },
        "service": {
            GOOD: ("客服回复很及时，态度好。", "少了配件，店家马上补发。", "售后贴心，买得放心。"),
            BAD: ("客服半天不回消息。", "售后推来推去，体验差。", "退款拖了很久。"),
        },
    },
}

# By rating, one to five stars.
OPENINGS: dict[str, tuple[tuple[str, ...], ...]] = {
    "en": (
        ("Very disappointed.", "Do not buy this.", "A waste of money."),
        ("Not happy with this.", "Expected more.", "Below average."),
        ("It is okay.", "Mixed feelings.", "Average, neither good nor bad."),
        ("Happy with my purchase.", "Good overall.", "Nice {noun}."),
        ("Absolutely love it!", "Perfect!", "Could not be happier.", "My favourite {noun}."),
    ),
    "zh": (
        ("非常失望。", "千万别买。", "浪费钱。"),
        ("不太满意。", "期望落空了。", "不如预期。"),
        ("一般般吧。", "中规中矩。", "还行，有好有坏。"),
        ("总体满意。", "不错的{noun}。", "挺好的，会推荐。"),
        ("太喜欢了！", "非常完美！", "超级满意，五星好评。", "爱了爱了，{noun}很赞。"),
    ),
}
CLOSINGS: dict[str, tuple[tuple[str, ...], ...]] = {
    "en": (
        ("I want my money back.", "Never again.", "Sending it back."),
        ("I will think twice next time.", "Would not order again.", ""),
        ("It does the job.", "", "Maybe at a discount."),
        ("Would buy again.", "", "Recommended."),
        ("Already ordered another one.", "Highly recommended.", "A wonderful gift.", ""),
    ),
    "zh": (
        ("要求退货。", "再也不会买了。", "差评。"),
        ("下次会慎重。", "不会回购。", ""),
        ("凑合用。", "", "打折可以考虑。"),
        ("会回购。", "", "推荐。"),
        ("已经回购了。", "强烈推荐。", "送朋友很合适。", ""),
    ),
}
