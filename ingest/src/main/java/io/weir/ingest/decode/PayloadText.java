package io.weir.ingest.decode;

import io.weir.storage.record.VectorSchema;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A payload that is being written as JSON, at most as large as a payload may be: a few bytes of
 * Avro or Protobuf can stand for any number of values.
 */
final class PayloadText {
  private static final JsonFactory JSON = JsonFactory.builder().build();

  private PayloadText() {}

  /** Writes one JSON value. */
  interface Writer {
    /** Writes the value. */
    void write(JsonGenerator json) throws MalformedValueException;
  }

  /** Returns what the writer writes. */
  static MemorySegment of(Writer writer) throws MalformedValueException {
    Bounded bytes = new Bounded();
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
      writer.write(json);
    } catch (TooLarge e) {
      throw new MalformedValueException(
          RejectReason.PAYLOAD_TOO_LARGE,
          "as JSON the payload has more than " + VectorSchema.MAX_PAYLOAD_BYTES + " bytes");
    }
    return MemorySegment.ofArray(bytes.toByteArray());
  }

  private static final class TooLarge extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooLarge() {
      super("payload too large", null, false, false);
    }
  }

  private static final class Bounded extends OutputStream {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Override
    public void write(int one) {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] source, int from, int length) {
      if (bytes.size() + length > VectorSchema.MAX_PAYLOAD_BYTES) {
        throw new TooLarge();
      }
      bytes.write(source, from, length);
    }

    byte[] toByteArray() {
      return bytes.toByteArray();
    }
  }
}
