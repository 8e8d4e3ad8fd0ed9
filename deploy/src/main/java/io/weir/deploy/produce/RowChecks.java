package io.weir.deploy.produce;

import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorSchema;
import java.util.Optional;

/**
 * What a collection would refuse, found before it is sent.
 *
 * <p><b>Threads:</b> one.
 */
final class RowChecks {

  private final Optional<Metric> metric;
  private final String dimensionFrom;
  private int dimension;

  /** Of a collection whose schema is known. */
  RowChecks(VectorSchema schema) {
    this.metric = Optional.of(schema.metric());
    this.dimension = schema.dimension();
    this.dimensionFrom = "the collection";
  }

  /** Of one that is not: the first row decides on the dimension. */
  RowChecks() {
    this.metric = Optional.empty();
    this.dimensionFrom = "the first row";
  }

  /** What the rows have, 0 before the first. */
  int dimension() {
    return dimension;
  }

  void check(byte[] key, Row row) throws ProduceException {
    if (key.length == 0 || key.length > VectorSchema.MAX_KEY_BYTES) {
      throw new ProduceException(
          "the key has " + key.length + " bytes; allowed are 1 to " + VectorSchema.MAX_KEY_BYTES);
    }
    float[] vector = row.vector();
    if (dimension == 0) {
      if (vector.length < 1 || vector.length > VectorSchema.MAX_DIMENSION) {
        throw new ProduceException(
            "the vector has "
                + vector.length
                + " components; allowed are 1 to "
                + VectorSchema.MAX_DIMENSION);
      }
      dimension = vector.length;
    }
    if (vector.length != dimension) {
      throw new ProduceException(
          "the vector has "
              + vector.length
              + " components; "
              + dimensionFrom
              + " has "
              + dimension);
    }
    boolean zero = true;
    for (int i = 0; i < vector.length; i++) {
      if (!Float.isFinite(vector[i])) {
        throw new ProduceException(
            "component " + i + " of the vector is " + vector[i] + ", no finite float32");
      }
      zero &= vector[i] == 0;
    }
    if (zero && metric.filter(Metric.COSINE::equals).isPresent()) {
      throw new ProduceException("the vector is zero, which has no cosine");
    }
    if (row.payload().length > VectorSchema.MAX_PAYLOAD_BYTES) {
      throw new ProduceException(
          "the payload has "
              + row.payload().length
              + " bytes; allowed are "
              + VectorSchema.MAX_PAYLOAD_BYTES);
    }
  }
}
