"""Decision tree on lags and the calendar."""

from sklearn.tree import DecisionTreeRegressor

from forecasting.lags import LagRegression, Regressor


class DecisionTree(LagRegression):
    """A regression tree (Breiman et al. 1984) on lags, rolling means and regressors."""

    def __init__(
        self, max_depth: int = 6, min_samples_leaf: int = 10, random_state: int = 0
    ) -> None:
        self.max_depth = max_depth
        self.min_samples_leaf = min_samples_leaf
        self.random_state = random_state

    def make(self) -> Regressor:
        """Return the tree."""
        model: Regressor = DecisionTreeRegressor(
            max_depth=self.max_depth,
            min_samples_leaf=self.min_samples_leaf,
            random_state=self.random_state,
        )
        return model
