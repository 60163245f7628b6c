"""The model's card: what it is, what it was trained on, how well it reads, what it cannot do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import Environment, StrictUndefined

if TYPE_CHECKING:
    from convcat.classifier.model import NeedModel
    from convcat.training.evaluation import Evaluation

_TEMPLATE = """\
# {{ model.id }}, version {{ model.version }}

Reads {{ language }} support conversations and reviews of online shops and says which customer needs they
carry ({{ model.needs_ | length }} needs of the taxonomy `{{ model.taxonomy.id }}` {{ model.taxonomy.version }}), each with a calibrated
probability, and the words that carry it. A text may carry several needs or none.

- Features: {{ features }}
- Trained on {{ "{:,}".format(facts.texts) }} texts of {{ facts.sources }} sources{% if facts.described_as %}: {{ facts.described_as }}{% endif %}.
{% if facts.get("settings", {}).get("lessons") -%}
- Taught {{ "{:,}".format(facts.settings.lessons) }} texts more: some with another model's opinion instead of labels, some joined
  of two labelled ones. The models behind its calibration were not: the teacher had seen the sources that they were held off.
{% endif -%}
{% if facts.drawn_at_random -%}
- Calibration, thresholds and error rates rest on the {{ "{:,}".format(facts.drawn_at_random) }} texts that were drawn at random within their
  source, scored while {% if facts.get("settings", {}).get("hold_out") == "texts" -%}
  single texts of every source were held out: they speak of shops that the model has learnt from.
  {%- else -%}
  whole sources were held out: they speak of shops that the model has not seen.
  {%- endif %}
{%- if facts.get("settings", {}).get("folds") == 1 %}
  Half of the sources were held out once; the model itself has learnt from them too, so these figures are cautious.
{%- endif %}
{%- else -%}
- Calibration, thresholds and error rates rest on all texts, scored out of fold. None were drawn at random from a shop's own
  stream, so they may flatter: audit the model on your own conversations.
{%- endif %}
- Hash `{{ model.hash[:16] }}`; settings {{ facts.settings }}; training data SHA-256 `{{ facts.data_sha256[:16] }}`.
- Files: `model.json`, `weights.safetensors`{% if encoder %}, `encoder.onnx` (ONNX's operators and two of onnxruntime's), `tokenizer.json`{% endif %}. Data only: nothing in this folder can run.

## How well it reads
Intervals are 95 % bootstrap intervals over texts; n is the number of texts that carry the need.
{% for e in evaluations %}
### {{ e.name }} ({{ "{:,}".format(e.n) }} texts)
Macro-F1 over the needs without `other`: **{{ "%.3f" | format(e.macro_f1.value) }}** ({{ "%.3f" | format(e.macro_f1.low) }} to {{ "%.3f" | format(e.macro_f1.high) }}).

| need | F1 | 95 % interval | precision | recall | calibration error | n | threshold |
| --- | --- | --- | --- | --- | --- | --- | --- |
{% for need in model.needs_ -%}
| {{ need }} | {{ "%.2f" | format(e.f1[need].value) }} | {{ "%.2f" | format(e.f1[need].low) }} to {{ "%.2f" | format(e.f1[need].high) }} | {{ "%.2f" | format(e.precision[need].value) }} | {{ "%.2f" | format(e.recall[need].value) }} | {{ "%.3f" | format(e.calibration_error[need]) }} | {{ e.f1[need].n }} | {{ "%.2f" | format(thresholds[need]) }} |
{% endfor %}
- Texts without a need that get no tag: {{ "%.1f" | format(100 * e.quiet.value) }} % ({{ "%.1f" | format(100 * e.quiet.low) }} to {{ "%.1f" | format(100 * e.quiet.high) }}, n = {{ e.quiet.n }}).
- Texts with a need that get no tag: {{ "%.1f" | format(100 * e.silent.value) }} % ({{ "%.1f" | format(100 * e.silent.low) }} to {{ "%.1f" | format(100 * e.silent.high) }}, n = {{ e.silent.n }}).
{%- if e.failed_f1 %}
- `p_failed` (something went wrong, rather than is only asked) at 0.5: F1 {{ "%.3f" | format(e.failed_f1.value) }} ({{ "%.3f" | format(e.failed_f1.low) }} to {{ "%.3f" | format(e.failed_f1.high) }}, n = {{ e.failed_f1.n }}).
{%- endif %}
{% endfor %}
## Limits
- English only; texts in other languages are to be left out before (convcat does so and counts them).
- Counting its tags gives biased shares: use `convcat.distribution`, which corrects for the model's known errors
  and says how sure it is, and read fifty conversations yourself (`convcat.audit_sample`).
- Needs that few texts carry are read worst; see the intervals above.
- It reads what customers write, not what happened.
"""


def card(model: NeedModel, evaluations: tuple[Evaluation, ...]) -> str:
    """Return the card as Markdown.

    Parameters
    ----------
    model : NeedModel
        With ``facts`` from training.
    evaluations : tuple of Evaluation

    Returns
    -------
    str
    """
    environment = Environment(
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - Markdown of our own figures, not a page
    )
    config = model.featurizer.config()
    base = model.facts.get("settings", {}).get("base", "a pre-trained one")
    features = (
        f"hashed n-grams of {_list(config['words'])} words and {_list(config['chars'])} characters, "
        f"2 x 2^{config['bits']} columns, linear heads in int8"
        if config["kind"] == "ngrams"
        else f"a transformer encoder fine-tuned from {base}: the mean of its vectors of {config['columns']} numbers "
        f"over up to {config['limit']} word pieces (a longer text is read shortened, a very long one in windows too), int8, linear heads"
        if config["kind"] == "encoder"
        else config["kind"]
    )
    return environment.from_string(_TEMPLATE).render(
        model=model,
        facts=model.facts,
        features=features,
        encoder=config["kind"] == "encoder",
        evaluations=evaluations,
        language={"en": "English"}.get(model.language, model.language),
        thresholds=dict(zip(model.needs_, model.thresholds.tolist(), strict=True)),
    )


def _list(numbers: list[int]) -> str:
    return f"{numbers[0]} to {numbers[-1]}" if len(numbers) > 1 else str(numbers[0])
