package io.weir.ingest.decode;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import io.weir.ingest.decode.DecodeResult.Decoded;
import io.weir.ingest.decode.DecodeResult.Rejected;
import io.weir.ingest.poll.RawRecord;
import io.weir.storage.record.VectorRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The value is a Protobuf message. Its schema is in a registry, and {@link SchemaFraming} tells
 * which, and which message of it; or in a file, and then the value is the message alone, or behind
 * a framing (no message begins with a zero byte or a one): see {@link FilePlan}.
 *
 * <p>The vector's field is repeated float (packed, as proto3 has it, it is a slice of the value) or
 * double (each rounded to the nearest float32), or bytes with little-endian float32. A field {@code
 * payload} is the payload: a message, a map, a {@code google.protobuf.Struct}, or a string with a
 * JSON object, kept as it is. Without one, all other fields together are the payload. {@code id}
 * and {@code collection_name}, if they are set and not empty, must say what the record says.
 */
final class ProtobufFormat implements ValueFormat {
  private final RecordIdentity identity;
  private final SchemaPlans<ProtobufPlan> plans;
  private final FloatVector converted = new FloatVector();
  private final PayloadSlice payloadSlice = new PayloadSlice();

  /**
   * Reads by these schemas.
   *
   * @throws IllegalArgumentException if the schema of a file cannot be used
   */
  ProtobufFormat(String collection, String vectorField, SchemaSource schemas) {
    this.identity = new RecordIdentity(collection);
    this.plans =
        SchemaPlans.of(
            schemas,
            true,
            file -> ProtobufPlan.of(schemaOf(file), file.message(), vectorField),
            (schema, way) -> ProtobufPlan.of(schema, way, vectorField));
  }

  private static FileDescriptor schemaOf(SchemaSource.OfFile file) throws UnusableSchemaException {
    if (!file.name().endsWith(".proto")) {
      return ProtobufSchemas.ofDescriptorSet(file.content());
    }
    String text = new String(file.content(), StandardCharsets.UTF_8);
    return ProtobufSchemas.ofText(new WrittenSchema(WrittenSchema.PROTOBUF, text, List.of()));
  }

  @Override
  public DecodeResult decode(RawRecord source, MemorySegment key, byte[] value, int from, int to) {
    try {
      return plans.read(
          source,
          value,
          from,
          to,
          (plan, dataFrom) -> read(plan, source, key, value, dataFrom, to));
    } catch (MalformedValueException e) {
      return e.rejected();
    }
  }

  private DecodeResult read(
      ProtobufPlan plan, RawRecord source, MemorySegment key, byte[] value, int from, int to)
      throws MalformedValueException {
    Split split = new Split(plan.vector(), value, from, to);
    DynamicMessage rest;
    try {
      split.run();
      // Partial: the vector may be a required field.
      rest =
          DynamicMessage.newBuilder(plan.message())
              .mergeFrom(split.rest.toByteArray())
              .buildPartial();
    } catch (InvalidProtocolBufferException e) {
      throw malformed(e);
    } catch (IOException e) {
      throw malformed(new InvalidProtocolBufferException(e));
    }
    ProtobufJson.requireNoUnknownFields(rest);
    Rejected rejected = identityOf(plan, rest, key);
    if (rejected != null) {
      return rejected;
    }
    MemorySegment vector = split.vector();
    if (vector == null) {
      return new Rejected(
          RejectReason.MISSING_VECTOR, "field " + plan.vectorField() + " is not there, or empty");
    }
    if (vector.byteSize() % Float.BYTES != 0) {
      return new Rejected(
          RejectReason.VALUE_NOT_FLOAT32,
          "the vector's " + vector.byteSize() + " bytes are not a whole number of float32");
    }
    return switch (payload(plan, rest)) {
      case PayloadSlice.Read.Payload(MemorySegment payload) ->
          new Decoded(
              new VectorRecord.Upsert(
                  source.offset(), source.timestampMillis(), key, vector, payload));
      case PayloadSlice.Read.None(Rejected why) -> why;
    };
  }

  private @Nullable Rejected identityOf(
      ProtobufPlan plan, DynamicMessage message, MemorySegment key) {
    for (FieldDescriptor field : plan.message().getFields()) {
      FieldRole role = FieldRole.of(field.getName(), plan.vectorField());
      boolean checked = role == FieldRole.ID || role == FieldRole.COLLECTION_NAME;
      if (checked && message.hasField(field)) {
        String text = ProtobufJson.text(field, message.getField(field));
        Rejected rejected =
            role == FieldRole.ID ? identity.checkId(text, key) : identity.checkCollection(text);
        if (rejected != null) {
          return rejected;
        }
      }
    }
    return null;
  }

  private PayloadSlice.Read payload(ProtobufPlan plan, DynamicMessage message)
      throws MalformedValueException {
    if (plan.withMembers()) {
      return new PayloadSlice.Read.Payload(
          PayloadText.of(json -> {
            json.writeStartObject();
            for (FieldDescriptor field : plan.message().getFields()) {
              if (FieldRole.of(field.getName(), plan.vectorField()) == FieldRole.MEMBER
                  && ProtobufJson.isThere(message, field)) {
                json.writeName(field.getName());
                ProtobufJson.writeField(json, message, field);
              }
            }
            json.writeEndObject();
          }));
    }
    FieldDescriptor field = plan.message().findFieldByName("payload");
    if (field == null || field.equals(plan.vector()) || !isSet(message, field)) {
      return new PayloadSlice.Read.Payload(NO_PAYLOAD);
    }
    if (field.getType() == FieldDescriptor.Type.STRING) {
      byte[] text = ((String) message.getField(field)).getBytes(StandardCharsets.UTF_8);
      return payloadSlice.of(text, 0, text.length);
    }
    return new PayloadSlice.Read.Payload(
        PayloadText.of(json -> ProtobufJson.writeField(json, message, field)));
  }

  private static boolean isSet(DynamicMessage message, FieldDescriptor field) {
    return field.isRepeated() ? message.getRepeatedFieldCount(field) > 0 : message.hasField(field);
  }

  private static MalformedValueException malformed(InvalidProtocolBufferException e) {
    return new MalformedValueException(
        RejectReason.MALFORMED_PROTOBUF, Excerpt.of(String.valueOf(e.getMessage())));
  }

  /** A message in two: the vector without a number boxed, and all other fields as they stand. */
  private final class Split {
    private final FieldDescriptor field;
    private final byte[] value;
    private final int from;
    private final CodedInputStream in;
    private final ByteArrayOutputStream rest = new ByteArrayOutputStream();
    private @Nullable MemorySegment slice;

    Split(FieldDescriptor field, byte[] value, int from, int to) {
      this.field = field;
      this.value = value;
      this.from = from;
      this.in = CodedInputStream.newInstance(value, from, to - from);
      converted.clear();
    }

    void run() throws IOException, MalformedValueException {
      while (true) {
        int start = at();
        int tag = in.readTag();
        if (tag == 0) {
          return;
        }
        if (WireFormat.getTagFieldNumber(tag) == field.getNumber()) {
          take(WireFormat.getTagWireType(tag), start);
        } else {
          if (!in.skipField(tag)) {
            throw new MalformedValueException(
                RejectReason.MALFORMED_PROTOBUF, "at byte " + start + ": a group ends here");
          }
          rest.write(value, start, at() - start);
        }
      }
    }

    @Nullable MemorySegment vector() {
      return converted.size() > 0 ? converted.segment() : slice;
    }

    private void take(int wireType, int start) throws IOException, MalformedValueException {
      boolean doubles = field.getType() == FieldDescriptor.Type.DOUBLE;
      if (wireType == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
        int length = in.readRawVarint32();
        int first = at();
        in.skipRawBytes(length);
        MemorySegment bytes = MemorySegment.ofArray(value).asSlice(first, length);
        if (doubles) {
          addDoubles(bytes, start);
        } else {
          addFloats(bytes, start);
        }
      } else if (wireType == WireFormat.WIRETYPE_FIXED32
          && field.getType() == FieldDescriptor.Type.FLOAT) {
        moveSlice();
        converted.add(in.readFloat());
      } else if (wireType == WireFormat.WIRETYPE_FIXED64 && doubles) {
        converted.add((float) in.readDouble());
      } else {
        throw new MalformedValueException(
            RejectReason.MALFORMED_PROTOBUF,
            "at byte " + start + ": field " + field.getName() + " has wire type " + wireType);
      }
    }

    /** Of a bytes field the last counts; repeated ones are joined. */
    private void addFloats(MemorySegment bytes, int start) throws MalformedValueException {
      if (field.getType() == FieldDescriptor.Type.BYTES) {
        slice = bytes.byteSize() == 0 ? null : bytes;
        return;
      }
      if (bytes.byteSize() % Float.BYTES != 0) {
        throw cut(start, bytes);
      }
      if (bytes.byteSize() == 0) {
        return;
      }
      if (slice == null && converted.size() == 0) {
        slice = bytes;
      } else {
        moveSlice();
        converted.add(bytes);
      }
    }

    private void addDoubles(MemorySegment bytes, int start) throws MalformedValueException {
      if (bytes.byteSize() % Double.BYTES != 0) {
        throw cut(start, bytes);
      }
      for (long at = 0; at < bytes.byteSize(); at += Double.BYTES) {
        converted.add((float) bytes.get(FloatVector.DOUBLE_LE, at));
      }
    }

    private void moveSlice() {
      if (slice != null) {
        converted.add(slice);
        slice = null;
      }
    }

    private MalformedValueException cut(int start, MemorySegment bytes) {
      return new MalformedValueException(
          RejectReason.MALFORMED_PROTOBUF,
          "at byte "
              + start
              + ": the "
              + bytes.byteSize()
              + " bytes of field "
              + field.getName()
              + " are not a whole number of components");
    }

    private int at() {
      return from + in.getTotalBytesRead();
    }
  }
}
