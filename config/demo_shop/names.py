"""Names and places of customers."""

from config.demo_shop.words import terms

SURNAMES = terms(
    "Wang|王; Li|李; Zhang|张; Liu|刘; Chen|陈; Yang|杨; Zhao|赵; Huang|黄; Zhou|周; Wu|吴; Xu|徐; "
    "Sun|孙; Ma|马; Zhu|朱; Hu|胡; Guo|郭; He|何; Lin|林; Gao|高; Luo|罗; Zheng|郑; Liang|梁"
)
GIVEN_F = terms(
    "Xiuying|秀英; Na|娜; Min|敏; Jing|静; Lili|丽丽; Yan|艳; Yuting|雨婷; Xinyi|欣怡; Shiyu|诗雨; "
    "Meiling|美玲; Jiayi|佳怡; Yutong|雨桐; Wanqing|婉清; Siqi|思琪"
)
GIVEN_M = terms(
    "Wei|伟; Qiang|强; Lei|磊; Jun|军; Haoran|浩然; Zihao|子豪; Yuchen|宇辰; Jianguo|建国; "
    "Ming|明; Tao|涛; Zixuan|子轩; Wenbo|文博; Pengfei|鹏飞; Yichen|一辰"
)
WESTERN_F = (
    "Emma",
    "Olivia",
    "Anna",
    "Sophie",
    "Julia",
    "Grace",
    "Hannah",
    "Laura",
    "Chloe",
    "Marie",
    "Isabel",
    "Nora",
)
WESTERN_M = (
    "James",
    "Liam",
    "Noah",
    "Oliver",
    "Lucas",
    "Thomas",
    "Daniel",
    "Peter",
    "Max",
    "Hugo",
    "Adam",
    "Simon",
)
FAMILY = (
    "Smith",
    "Brown",
    "Taylor",
    "Wilson",
    "Martin",
    "Garcia",
    "Müller",
    "Schmidt",
    "Dubois",
    "Rossi",
    "Jensen",
    "Tanaka",
    "Sato",
    "Kowalski",
    "Murphy",
    "Campbell",
    "Tan",
    "Lee",
    "Nguyen",
    "Novak",
)

# country, region, city, weight
PLACES: tuple[tuple[str, str, str, float], ...] = (
    ("CN", "Shanghai", "Shanghai", 15),
    ("CN", "Zhejiang", "Hangzhou", 12),
    ("CN", "Zhejiang", "Ningbo", 4),
    ("CN", "Jiangsu", "Suzhou", 7),
    ("CN", "Jiangsu", "Nanjing", 6),
    ("CN", "Beijing", "Beijing", 9),
    ("CN", "Guangdong", "Shenzhen", 7),
    ("CN", "Guangdong", "Guangzhou", 6),
    ("CN", "Sichuan", "Chengdu", 5),
    ("CN", "Hubei", "Wuhan", 3),
    ("CN", "Fujian", "Xiamen", 3),
    ("CN", "Shaanxi", "Xi'an", 2),
    ("GB", "England", "London", 4),
    ("US", "California", "San Francisco", 4),
    ("US", "New York", "New York", 3),
    ("DE", "Berlin", "Berlin", 2),
    ("FR", "Île-de-France", "Paris", 1.5),
    ("SG", "Singapore", "Singapore", 3),
    ("AU", "New South Wales", "Sydney", 2),
    ("JP", "Tokyo", "Tokyo", 1.5),
)
