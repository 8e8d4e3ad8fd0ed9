package io.weir.ingest.decode;

/** Why what stands in a payload under the name of a declared field is no value of it. */
public enum FieldMisfit {
  /** It is null. */
  NULL("null"),
  /** It is something else than the field's type takes. */
  WRONG_TYPE("wrong-type"),
  /** It is a number that the field's type cannot hold. */
  OUT_OF_RANGE("out-of-range"),
  /** It is a longer text than a keyword may be. */
  TOO_LONG("too-long"),
  /** So many values of the field come before it in the row that it does not count. */
  TOO_MANY("too-many");

  private final String id;

  FieldMisfit(String id) {
    this.id = id;
  }

  /** Its name, for meters. */
  public String id() {
    return id;
  }
}
