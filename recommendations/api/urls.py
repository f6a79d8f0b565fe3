from django.urls import path

from recommendations.api import views

urlpatterns = [
    path("recommendations/users/<path:number>", views.CustomerList.as_view()),
    path("recommendations/items/<path:sku>/together", views.TogetherList.as_view()),
    path("recommendations/items/<path:sku>", views.ProductList.as_view()),
    path("recommendations/popular", views.PopularList.as_view()),
    path("recommendations/trending", views.TrendingList.as_view()),
    path("recommendations/new", views.NewList.as_view()),
    path("recommendations/cart", views.CartList.as_view()),
    path("recommendations/session", views.SessionList.as_view()),
]
