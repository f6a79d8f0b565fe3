"""Rows that show how a file of each kind is filled in; the templates hold them."""

SAMPLES: dict[str, list[dict[str, str]]] = {
    "products": [
        {
            "sku": "TEA-001",
            "title": "Dragon Well green tea 100 g",
            "title_zh": "龙井绿茶 100 克",
            "description": "Spring picking, pan fired.",
            "description_zh": "明前采摘，手工炒制。",
            "category": "Tea > Green tea",
            "category_zh": "茶叶 > 绿茶",
            "brand": "West Lake",
            "price": "68.00",
            "cost": "31.50",
            "gtin": "4006381333931",
            "image_url": "https://shop.example/images/tea-001.jpg",
            "status": "active",
            "launched": "2024-03-20",
        },
        {
            "sku": "POT-001",
            "title": "Clay teapot 200 ml",
            "title_zh": "紫砂壶 200 毫升",
            "price": "168.00",
        },
    ],
    "suppliers": [
        {
            "sku": "TEA-001",
            "supplier": "Hangzhou Tea House",
            "lead_time_days": "10",
            "moq": "20",
            "pack": "10",
            "cost": "31.50",
        }
    ],
    "customers": [
        {
            "customer_id": "C-1001",
            "email": "li.na@example.com",
            "name": "Li Na",
            "birth_year": "1988",
            "gender": "female",
            "country": "China",
            "region": "Zhejiang",
            "city": "Hangzhou",
            "created": "2024-01-15 09:30",
            "consent_email": "true",
            "personalised": "true",
        }
    ],
    "prices": [
        {"sku": "TEA-001", "price": "65.00", "from": "2024-03-20"},
        {"sku": "TEA-001", "price": "68.00", "from": "2024-09-01"},
    ],
    "promotions": [
        {
            "sku": "TEA-001",
            "starts": "2024-11-01",
            "ends": "2024-11-11",
            "price": "55.00",
            "name": "Singles' Day",
            "name_zh": "双十一",
        }
    ],
    "stock": [
        {
            "sku": "TEA-001",
            "location": "MAIN",
            "on_hand": "120",
            "counted_at": "2024-12-01 08:00",
        }
    ],
    "orders": [
        {
            "order_id": "O-5001",
            "date": "2024-12-02T20:15:00+08:00",
            "customer_id": "C-1001",
            "email": "li.na@example.com",
            "sku": "TEA-001",
            "quantity": "2",
            "unit_price": "68.00",
            "discount": "6.00",
            "currency": "CNY",
            "status": "paid",
            "channel": "web",
            "country": "China",
        },
        {
            "order_id": "O-5002",
            "date": "2024-12-05",
            "customer_id": "C-1001",
            "sku": "TEA-001",
            "quantity": "1",
            "unit_price": "68.00",
            "status": "returned",
            "returns_order": "O-5001",
        },
    ],
    "events": [
        {
            "event_id": "e-1",
            "user": "C-1001",
            "session": "s-77",
            "item": "TEA-001",
            "type": "view",
            "time": "2024-12-02T20:10:00+08:00",
        }
    ],
    "reviews": [
        {
            "review_id": "r-1",
            "sku": "TEA-001",
            "customer": "C-1001",
            "rating": "5",
            "text": "清香回甘，很喜欢。",
            "language": "zh",
            "date": "2024-12-10",
        }
    ],
    "competitors": [
        {
            "competitor": "Tea Corner",
            "sku": "TEA-001",
            "gtin": "4006381333931",
            "price": "66.00",
            "seen_at": "2024-12-01",
            "url": "https://tea-corner.example/dragon-well",
        }
    ],
}
