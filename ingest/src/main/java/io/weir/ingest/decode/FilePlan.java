package io.weir.ingest.decode;

import io.weir.ingest.poll.RawRecord;

/**
 * All values have the schema of a file and no framing; a value that cannot be read like that, and
 * begins like a framed one, is read behind its framing, whose id is not looked at.
 */
record FilePlan<P>(P plan, boolean withIndexes) implements SchemaPlans<P> {
  @Override
  public DecodeResult read(RawRecord source, byte[] value, int from, int to, Reader<P> reader)
      throws MalformedValueException {
    try {
      return reader.read(plan, from);
    } catch (MalformedValueException e) {
      SchemaFraming framing = SchemaFraming.read(value, from, to, withIndexes);
      if (framing == null) {
        throw e;
      }
      return reader.read(plan, framing.dataFrom());
    }
  }
}
