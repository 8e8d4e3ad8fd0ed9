package io.weir.deploy.demo;

import io.weir.storage.field.Field;
import io.weir.storage.field.FieldType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * The methods of the JDK as records of the {@code json} format: {@code {"vector": [...], "payload":
 * {"module", "package", "class", "method", "kind", "returns"}}} under the method's key.
 */
final class JdkRecords implements RecordSource {

  /** All properties of the payload. */
  static final List<Field> FIELDS =
      Stream.of("module", "package", "class", "method", "kind", "returns")
          .map(name -> new Field(name, FieldType.KEYWORD))
          .toList();

  private static final int TYPICAL_BYTES = 4 << 10;

  /** Jackson's own way to write a float: as exact as {@code Float.toString}, and faster. */
  private final JsonFactory json =
      JsonFactory.builder().enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER).build();

  private final List<JdkMethod> methods;

  JdkRecords(List<JdkMethod> methods) {
    this.methods = List.copyOf(methods);
  }

  /** Reads the running JDK. */
  static JdkRecords load() throws IOException {
    return new JdkRecords(JdkApi.methods());
  }

  @Override
  public long size() {
    return methods.size();
  }

  @Override
  public byte[] key(long index) {
    return method(index).key().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public byte[] value(long index) {
    JdkMethod method = method(index);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(TYPICAL_BYTES);
    try (JsonGenerator out = json.createGenerator(ObjectWriteContext.empty(), bytes)) {
      out.writeStartObject();
      out.writeArrayPropertyStart("vector");
      for (float component : HashingEmbedder.embed(method)) {
        out.writeNumber(component);
      }
      out.writeEndArray();
      out.writeObjectPropertyStart("payload");
      out.writeStringProperty("module", method.module());
      out.writeStringProperty("package", method.packageName());
      out.writeStringProperty("class", method.className());
      out.writeStringProperty("method", method.name());
      out.writeStringProperty("kind", method.kind().text());
      out.writeStringProperty("returns", method.returnType());
      out.writeEndObject();
      out.writeEndObject();
    }
    return bytes.toByteArray();
  }

  private JdkMethod method(long index) {
    return methods.get(Math.toIntExact(index));
  }
}
