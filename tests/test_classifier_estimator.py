"""NeedClassifier is a true scikit-learn estimator, and what it promises of folds and labels holds."""

# ruff: noqa: N803, N806 - X is scikit-learn's name

from __future__ import annotations

import pickle
import warnings

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.metrics import f1_score
from sklearn.model_selection import GridSearchCV, KFold, cross_val_score
from sklearn.utils.estimator_checks import parametrize_with_checks
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from convcat.classifier import NeedClassifier
from convcat.classifier.featurizers import NgramFeaturizer
from convcat.classifier.ngrams import NgramSpec
from convcat.exceptions import ConvcatError, InputError, ModelError
from convcat.taxonomy import Taxonomy

TINY = NgramFeaturizer(NgramSpec(bits=10))
SAID = [
    "where is my order",
    "too small for me",
    "no tracking of my order",
    "too large for me",
    "thanks",
]
TEXTS = [f"{said} {chr(97 + i)}{chr(109 - i % 7)}" for i, said in enumerate(SAID * 5)]
TEXTS += [f"{said} please" for said in SAID]
NEEDS = [["wismo"], ["sizing"], ["wismo"], ["sizing"], []] * 6


def tiny(**options) -> NeedClassifier:
    return NeedClassifier(**{"features": TINY, "folds": 2, "max_iter": 20, **options})


def taxonomy_of(classes: int) -> Taxonomy:
    """A need per class, and `other`."""
    line = {"name": "n", "wants": "w", "tag_when": "t"}
    ids = [*(f"c{i}" for i in range(classes)), "other"]
    return Taxonomy.from_dict(
        {"id": "numbers", "version": "1", "name": "n", "needs": [{"id": i, **line} for i in ids]}
    )


class NumbersAsText(ClassifierMixin, BaseEstimator):
    """The real classifier behind numbers, so that scikit-learn's checks can exercise it.

    scikit-learn's checks feed matrices of numbers and classes; each row is rendered as words, each
    class is a need, and NeedClassifier does the rest.
    """

    def __init__(self, C=20.0, random_state=0):
        self.C = C
        self.random_state = random_state

    def _words(self, X):
        letters = np.array(list("abcdefghijklmnopqrstuvwxyz"))
        # A thermometer: near numbers share most of their words.
        steps = np.clip(np.rint(np.asarray(X, dtype=float) * 2), -12, 12).astype(int) + 12
        return [
            " ".join(
                f"{letters[j // 26 % 26]}{letters[j % 26]}q{letters[level]}"
                for j, step in enumerate(row)
                for level in range(step + 1)
            )
            for row in steps
        ]

    def fit(self, X, y, sample_weight=None):
        X, y = validate_data(self, X, y)
        check_classification_targets(y)
        self.classes_, at = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError("Classifier can't train when only one class is present.")
        self.inner_ = NeedClassifier(
            taxonomy=taxonomy_of(len(self.classes_)),
            features=NgramFeaturizer(NgramSpec(words=(1,), chars=(), bits=10)),
            C=self.C,
            folds=2,
            max_iter=50,
            random_state=self.random_state,
        )
        self.inner_.fit(self._words(X), [[f"c{i}"] for i in at], sample_weight=sample_weight)
        return self

    def predict_proba(self, X):
        check_is_fitted(self)
        X = validate_data(self, X, reset=False)
        p = self.inner_.predict_proba(self._words(X))[:, :-1]
        return p / p.sum(axis=1, keepdims=True)

    def predict(self, X):
        check_is_fitted(self)
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


# Named, and why.
SKIPPED = {
    # Calibration has folds of its own, and equal texts share one: a row of weight two and two
    # equal rows fall into folds differently, as for every classifier calibrated within fit.
    # A row of weight zero is a text all the same: its n-grams are counted.
    "check_sample_weight_equivalence_on_dense_data",
}


@parametrize_with_checks(
    [NumbersAsText()],
    expected_failed_checks=lambda _: dict.fromkeys(SKIPPED, "calibrated on folds of its own"),
)
def test_scikit_learn_s_own_checks(estimator, check):
    """All of them, but for those named above."""
    check(estimator)


class TestConventions:
    def test_clone_and_parameters(self):
        """Parameters are kept as they came; fitting changes none."""
        clf = tiny(C=3.5)
        again = clone(clf)
        assert again.get_params() == clf.get_params()
        before = dict(clf.get_params())
        assert clf.fit(TEXTS, NEEDS) is clf
        assert clf.get_params() == before
        assert not [name for name in vars(again) if name.endswith("_")]

    def test_grid_search(self):
        """C is found by scikit-learn's own search, scored by macro-F1."""
        y = tiny().fit(TEXTS, NEEDS).predict(TEXTS)
        for labels, cv in ((y, 2), (NEEDS, KFold(2, shuffle=True, random_state=0))):
            search = GridSearchCV(tiny(), {"C": [1e-6, 5.0]}, cv=cv).fit(TEXTS, labels)
            assert search.best_params_ == {"C": 5.0}
            assert search.best_score_ > 0.9

    def test_cross_validation_with_a_matrix(self):
        """Labels as scikit-learn's binariser gives them."""
        y = tiny().fit(TEXTS, NEEDS).predict(TEXTS)
        assert cross_val_score(tiny(), TEXTS, y, cv=2).min() >= 0.9

    def test_unfitted_it_says_so(self):
        """With scikit-learn's own error."""
        for method in ("predict", "predict_proba"):
            with pytest.raises(NotFittedError):
                getattr(tiny(), method)(TEXTS)
        with pytest.raises(NotFittedError):
            tiny().tag("a")
        with pytest.raises(NotFittedError):
            tiny().save("x")

    def test_pickled_it_says_the_same(self, tiny_classifier):
        """For joblib and friends; models travel as data instead."""
        again = pickle.loads(pickle.dumps(tiny_classifier))
        assert (again.predict_proba(TEXTS) == tiny_classifier.predict_proba(TEXTS)).all()

    def test_tags_say_what_it_takes(self):
        """Texts in, several needs out."""
        tags = tiny().__sklearn_tags__()
        assert tags.input_tags.string
        assert not tags.input_tags.two_d_array
        assert tags.classifier_tags.multi_label

    def test_repr_in_a_notebook(self, tiny_classifier):
        """scikit-learn's own picture."""
        assert "NeedClassifier" in tiny_classifier._repr_html_()

    def test_no_warning_filter_is_left_behind(self):
        """Threads fit heads; what they silence is silent there alone."""
        before = list(warnings.filters)
        tiny(n_jobs=2, max_iter=1).fit(TEXTS, NEEDS)
        assert list(warnings.filters) == before

    def test_the_score_is_macro_f1(self, tiny_classifier, tiny_corpus):
        """Over the needs that occur."""
        guess = tiny_classifier.predict(tiny_corpus.texts)
        truth = np.array([[n in own for n in tiny_classifier.needs_] for own in tiny_corpus.needs])
        occurs = truth.any(axis=0)
        expected = f1_score(truth[:, occurs], guess[:, occurs], average="macro", zero_division=0)
        assert tiny_classifier.score(tiny_corpus.texts, tiny_corpus.needs) == pytest.approx(
            expected
        )

    def test_the_score_of_texts_without_a_need_is_a_number(self, tiny_classifier):
        """There is no F1 of nothing; it is 0, and no error."""
        assert tiny_classifier.score(["thanks"], [[]]) == 0.0


class TestFit:
    @pytest.mark.parametrize("holder", [list, np.array, pd.Series, pl.Series])
    def test_texts_in_any_holder(self, holder):
        """The model is the same."""
        reference = tiny().fit(TEXTS, NEEDS).model_.hash
        assert tiny().fit(holder(TEXTS), pd.Series(NEEDS)).model_.hash == reference

    def test_the_same_on_repeat_and_with_workers(self):
        """Neither chance nor the number of jobs decides a bit."""
        hashes = {tiny(n_jobs=jobs).fit(TEXTS, NEEDS).model_.hash for jobs in (None, 1, 2)}
        assert len(hashes) == 1

    def test_out_of_fold_figures_have_the_contract_s_shape(self, tiny_classifier, tiny_corpus):
        """Needs, then `none` and `failed`."""
        k = len(tiny_classifier.needs_)
        assert tiny_classifier.oof_proba_.shape == (len(tiny_corpus), k + 2)
        assert np.isfinite(tiny_classifier.oof_proba_).all()
        model, p = tiny_classifier.model_, tiny_classifier.oof_proba_
        odds = p / (1 - p)
        expected = p[:, :k] >= model.thresholds
        expected &= odds[:, :k] >= model.odds_over_none * odds[:, k : k + 1]
        assert (tiny_classifier.oof_tags_ == expected).all()
        assert tuple(tiny_classifier.classes_) == tiny_classifier.needs_

    def test_one_fold_holds_half_of_the_groups_out_once(self, tiny_corpus):
        """Figures stand where texts were scored, nowhere else, and the model is whole."""
        texts, needs = list(tiny_corpus.texts), [list(own) for own in tiny_corpus.needs]
        groups = [i % 6 for i in range(len(texts))]
        clf = tiny(folds=1).fit(texts, needs, groups=groups)
        scored = np.isfinite(clf.oof_proba_[:, 0])
        assert 0.3 < scored.mean() < 0.7
        assert all(len({bool(scored[i]) for i in range(g, len(texts), 6)}) == 1 for g in range(6))
        assert not clf.oof_tags_[~scored].any()
        assert np.isfinite(clf.model_.thresholds).all()
        assert np.isfinite(clf.model_.heads.slope).all()

    def test_groups_never_stand_on_both_sides_of_a_fold(self):
        """A word that only one group has cannot help to read that group."""
        texts = [f"{'abcd'[i % 4] * 4} word {'fgh'[i % 3]}" for i in range(48)]
        needs = [["wismo"] if i % 4 == 0 else ["delay"] for i in range(48)]
        alone = tiny().fit(texts, needs, groups=[i % 4 for i in range(48)])
        mixed = tiny().fit(texts, needs, groups=list(range(48)))
        wismo = alone.needs_.index("wismo")
        rows = np.arange(48) % 4 == 0
        gap = [np.ptp([c.oof_proba_[rows, wismo].mean(), c.oof_proba_[~rows, wismo].mean()]) for c in (alone, mixed)]  # fmt: skip
        assert gap[0] < 0.3 < gap[1]

    def test_calibration_rests_on_representative_rows_alone(self):
        """Rows that were chosen for being hard do not move a probability."""
        texts = [f"small {i}" if i % 2 else f"order {i}" for i in range(40)]
        texts = [t.translate(str.maketrans("0123456789", "qwertyuiop")) for t in texts]
        needs = [["sizing"] if i % 2 else [] for i in range(40)]
        random_rows = np.arange(40) < 30
        odd = list(needs)
        for i in range(30, 40):
            odd[i] = []
        clf = tiny().fit(texts, odd, representative=random_rows)
        everything = tiny().fit(texts, odd)
        sizing = clf.needs_.index("sizing")
        assert (
            clf.oof_proba_[random_rows, sizing].mean()
            > everything.oof_proba_[random_rows, sizing].mean()
        )

    def test_failed_where_it_is_known(self):
        """Unknown rows are left out; where none is known it stays unknown."""
        failed = [1.0, 0.0, np.nan, 1.0, 0.0] * 6
        known = tiny().fit(TEXTS, NEEDS, failed=failed)
        assert known.model_.has_failed
        assert np.isfinite(known.model_.read(TEXTS).p_failed).all()
        for nothing in (None, [np.nan] * 30):
            unknown = tiny().fit(TEXTS, NEEDS, failed=nothing)
            assert not unknown.model_.has_failed
            assert np.isnan(unknown.oof_proba_[:, -1]).all()
            assert np.isnan(unknown.tag("too small").probabilities["failed"])

    @pytest.mark.parametrize(
        ("texts", "needs"),
        [
            (["a b", "c d"], [["wismo"], []]),
            (["a b", "a b", "a b"], [["wismo"], ["wismo"], []]),
            (["", "", ""], [[], ["delay"], []]),
            (["a b c"] * 4, [[]] * 4),
            (["x y", "z w", "v u"], [["other"]] * 3),
        ],
    )
    def test_very_little_to_learn_from(self, texts, needs):
        """No error, no NaN: what cannot be told apart gets its base rate."""
        clf = tiny(folds=5).fit(texts, needs)
        p = clf.predict_proba([*texts, "something else"])
        assert np.isfinite(p).all()
        assert np.isfinite(clf.model_.thresholds).all()

    @pytest.mark.parametrize(
        ("options", "fit", "said"),
        [
            ({}, {"needs": NEEDS[:3]}, "30 texts and 3 labels"),
            ({}, {"needs": [["sizes"], *NEEDS[1:]]}, "Row 0 names a need 'sizes'"),
            ({}, {"texts": [*TEXTS[:-1], 3]}, "Row 29 holds int"),
            ({}, {"texts": [], "needs": []}, "at least 2 texts"),
            ({}, {"groups": [1, 2]}, "groups has shape"),
            ({}, {"failed": [1]}, "failed has shape"),
            ({}, {"sample_weight": ["a"] * 30}, "sample_weight must hold one number"),
            ({}, {"sample_weight": [0] * 30}, "nor zero for every text"),
            ({}, {"sample_weight": [-1] + [1] * 29}, "must not be negative"),
            ({"features": "ngram"}, {}, "Did you mean 'ngrams'"),
            ({"taxonomy": "ecomerce"}, {}, "Cannot read the taxonomy"),
        ],
    )
    def test_errors_are_sentences(self, options, fit, said):
        """What is wrong, and where."""
        texts, needs = fit.pop("texts", TEXTS), fit.pop("needs", NEEDS)
        with pytest.raises(ConvcatError, match=said):
            tiny(**options).fit(texts, needs, **fit)

    def test_no_customer_s_words_in_an_error(self):
        """Errors end up in logs."""
        with pytest.raises(InputError) as caught:
            tiny().fit(["my card is 4111", 5], [["wismo"], []])
        assert "4111" not in str(caught.value)

    def test_a_taxonomy_of_ones_own(self, tmp_path):
        """From a file, or as an object."""
        rules = taxonomy_of(2)
        clf = tiny(taxonomy=rules).fit(TEXTS, [["c0"] if n else ["c1"] for n in NEEDS])
        assert clf.needs_ == ("c0", "c1", "other")
        assert "c0" in clf.tag("where is my order").needs
        with pytest.raises(InputError, match="'wismo'"):
            tiny(taxonomy=rules).fit(TEXTS, NEEDS)


class TestTransformer:
    @pytest.mark.parametrize(
        "features", [TfidfVectorizer(), CountVectorizer(analyzer="char", ngram_range=(1, 3))]
    )
    def test_features_of_ones_own_work(self, features):
        """Any transformer of texts; the one that was passed stays unfitted."""
        clf = tiny(features=features).fit(TEXTS, NEEDS)
        assert clf.score(TEXTS, NEEDS) > 0.9
        assert "sizing" in clf.tag("too small").needs
        assert clf.tag("too small").evidence == ()
        assert not hasattr(features, "vocabulary_")
        assert pickle.loads(pickle.dumps(clf)).predict(TEXTS).sum() > 0
        assert len(clf.model_.hash) == 64

    def test_dense_features_work(self):
        """Such as sentence vectors."""

        class Lengths(BaseEstimator):
            def fit(self, texts, y=None):
                return self

            def transform(self, texts):
                return np.array([[len(t), t.count("o"), t.count("s")] for t in texts], dtype=float)

            def fit_transform(self, texts, y=None):
                return self.transform(texts)

        clf = tiny(features=Lengths()).fit(TEXTS, NEEDS)
        assert clf.predict_proba(TEXTS).shape == (30, 14)

    def test_saving_them_is_refused_in_one_sentence(self, tmp_path):
        """A model is data, code is not."""
        clf = tiny(features=TfidfVectorizer()).fit(TEXTS, NEEDS)
        with pytest.raises(ModelError, match=r"TfidfVectorizer.*cannot be saved as data") as caught:
            clf.save(tmp_path / "m")
        assert "\n" not in str(caught.value)
        assert not (tmp_path / "m").exists()

    def test_saving_n_grams_works(self, tiny_classifier, tmp_path):
        """And the folder says what the classifier said."""
        from convcat.classifier import load

        model = load(tiny_classifier.save(tmp_path / "m"))
        assert (model.predict_proba(TEXTS) == tiny_classifier.predict_proba(TEXTS)).all()


def test_the_default_features_are_the_shipped_ones():
    """`features="ngrams"` and a plain NgramFeaturizer are one model."""
    a = NeedClassifier(folds=2, max_iter=3).fit(TEXTS, NEEDS)
    assert a.model_.featurizer == NgramFeaturizer()
