package io.weir.ingest.decode;

import io.weir.ingest.decode.DecodeResult.Decoded;
import io.weir.ingest.decode.DecodeResult.Rejected;
import io.weir.ingest.poll.RawRecord;
import io.weir.storage.record.VectorRecord;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * The value is a record in Avro's binary encoding. Its schema is in a registry, and {@link
 * SchemaFraming} tells which; or in a file, and then the value is the record alone. A value that is
 * not exactly a record of the file's schema, and begins like a framed one, is read behind that.
 *
 * <p>The vector's field is an array of float (in one block it is a slice of the value) or double
 * (each rounded to the nearest float32), or bytes or fixed with little-endian float32. A field
 * {@code payload} is the payload: a record, a map, or a string with a JSON object, kept byte for
 * byte. Without one, all other fields together are the payload. {@code id} and {@code
 * collection_name}, if they are there and not null, must say what the record says.
 */
final class AvroFormat implements ValueFormat {
  private final RecordIdentity identity;
  private final SchemaPlans<AvroPlan> plans;
  private final FloatVector converted = new FloatVector();
  private final PayloadSlice payloadSlice = new PayloadSlice();

  /**
   * Reads by these schemas.
   *
   * @throws IllegalArgumentException if the schema of a file cannot be used
   */
  AvroFormat(String collection, String vectorField, SchemaSource schemas) {
    this.identity = new RecordIdentity(collection);
    this.plans =
        SchemaPlans.of(
            schemas,
            false,
            file -> AvroPlan.of(schemaOf(file), vectorField),
            (schema, _) -> AvroPlan.of(schema, vectorField));
  }

  private static WrittenSchema schemaOf(SchemaSource.OfFile file) {
    String text = new String(file.content(), StandardCharsets.UTF_8);
    return new WrittenSchema(WrittenSchema.AVRO, text, List.of());
  }

  @Override
  public DecodeResult decode(RawRecord source, MemorySegment key, byte[] value, int from, int to) {
    try {
      return plans.read(
          source,
          value,
          from,
          to,
          (plan, dataFrom) -> read(plan, source, key, new AvroCursor(value, dataFrom, to)));
    } catch (MalformedValueException e) {
      return e.rejected();
    }
  }

  private DecodeResult read(AvroPlan plan, RawRecord source, MemorySegment key, AvroCursor in)
      throws MalformedValueException {
    Reading reading = new Reading(key, in);
    MemorySegment payload = NO_PAYLOAD;
    if (plan.withMembers()) {
      payload =
          PayloadText.of(json -> {
            json.writeStartObject();
            reading.fields(plan, json);
            json.writeEndObject();
          });
    } else {
      reading.fields(plan, null);
    }
    in.requireEnd();
    if (reading.rejected != null) {
      return reading.rejected;
    }
    MemorySegment vector = reading.vector;
    if (vector == null) {
      return new Rejected(RejectReason.MISSING_VECTOR, "the vector is null");
    }
    return new Decoded(
        new VectorRecord.Upsert(
            source.offset(),
            source.timestampMillis(),
            key,
            vector,
            plan.withMembers() ? payload : reading.payload));
  }

  /** One value on its way. All of it is read, whatever is found: only then it is known as Avro. */
  private final class Reading {
    private final MemorySegment key;
    private final AvroCursor in;
    private @Nullable MemorySegment vector;
    private MemorySegment payload = NO_PAYLOAD;
    private @Nullable Rejected rejected;

    Reading(MemorySegment key, AvroCursor in) {
      this.key = key;
      this.in = in;
    }

    void fields(AvroPlan plan, @Nullable JsonGenerator members) throws MalformedValueException {
      for (AvroPlan.Part part : plan.fields()) {
        if (part.role() == FieldRole.MEMBER && members != null) {
          members.writeName(part.name());
          AvroJson.write(members, part.schema(), in, 2);
          continue;
        }
        Schema branch = AvroJson.branch(part.schema(), in);
        if (branch.getType() == Schema.Type.NULL) {
          continue;
        }
        Rejected found =
            switch (part.role()) {
              case VECTOR -> vector(branch);
              case ID ->
                  identity.checkId(
                      branch.getType() == Schema.Type.STRING
                          ? in.readString()
                          : Long.toString(in.readLong()),
                      key);
              case COLLECTION_NAME -> identity.checkCollection(in.readString());
              case PAYLOAD -> payload(branch);
              case MEMBER -> throw new IllegalStateException("a member beside a payload");
            };
        if (rejected == null) {
          rejected = found;
        }
      }
    }

    private @Nullable Rejected payload(Schema branch) throws MalformedValueException {
      if (branch.getType() != Schema.Type.STRING) {
        payload = PayloadText.of(json -> AvroJson.write(json, branch, in, 1));
        return null;
      }
      int from = in.skipBytes();
      return switch (payloadSlice.of(in.bytes(), from, in.at())) {
        case PayloadSlice.Read.Payload(MemorySegment slice) -> {
          payload = slice;
          yield null;
        }
        case PayloadSlice.Read.None(Rejected why) -> why;
      };
    }

    private @Nullable Rejected vector(Schema branch) throws MalformedValueException {
      if (branch.getType() == Schema.Type.ARRAY) {
        vector = branch.getElementType().getType() == Schema.Type.FLOAT ? floats() : doubles();
        return null;
      }
      int from =
          branch.getType() == Schema.Type.FIXED ? in.skip(branch.getFixedSize()) : in.skipBytes();
      vector = slice(from);
      return vector.byteSize() % Float.BYTES == 0
          ? null
          : new Rejected(
              RejectReason.VALUE_NOT_FLOAT32,
              "the vector's " + vector.byteSize() + " bytes are not a whole number of float32");
    }

    /** An array's block of floats is what a vector is: their bytes, little-endian. */
    private MemorySegment floats() throws MalformedValueException {
      MemorySegment first = null;
      converted.clear();
      for (long n = in.readBlockCount(); n > 0; n = in.readBlockCount()) {
        int from = skipItems(n, Float.BYTES);
        if (first == null) {
          first = slice(from);
        } else {
          if (converted.size() == 0) {
            converted.add(first);
          }
          converted.add(slice(from));
        }
      }
      return first != null && converted.size() == 0 ? first : converted.segment();
    }

    private MemorySegment doubles() throws MalformedValueException {
      converted.clear();
      for (long n = in.readBlockCount(); n > 0; n = in.readBlockCount()) {
        for (long i = 0; i < n; i++) {
          converted.add((float) in.readDouble());
        }
      }
      return converted.segment();
    }

    private int skipItems(long count, int bytesEach) throws MalformedValueException {
      if (count > Integer.MAX_VALUE / bytesEach) {
        throw in.malformed("a block of " + count + " items is cut off");
      }
      return in.skip((int) count * bytesEach);
    }

    private MemorySegment slice(int from) {
      return MemorySegment.ofArray(in.bytes()).asSlice(from, in.at() - from);
    }
  }
}
