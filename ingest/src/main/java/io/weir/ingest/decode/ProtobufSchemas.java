package io.weir.ingest.decode;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.squareup.wire.schema.CoreLoader;
import com.squareup.wire.schema.ErrorCollector;
import com.squareup.wire.schema.Linker;
import com.squareup.wire.schema.Loader;
import com.squareup.wire.schema.Location;
import com.squareup.wire.schema.ProtoFile;
import com.squareup.wire.schema.Schema;
import com.squareup.wire.schema.internal.SchemaEncoder;
import com.squareup.wire.schema.internal.parser.ProtoParser;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes descriptors of Protobuf schemas: of the text that registries give, or of what {@code protoc
 * --descriptor_set_out} writes. The files that come with Protobuf need not be given.
 */
final class ProtobufSchemas {
  private static final String ROOT = "schema.proto";

  private ProtobufSchemas() {}

  /** Returns the descriptor of a file that is text. */
  static FileDescriptor ofText(WrittenSchema schema) throws UnusableSchemaException {
    try {
      Map<String, ProtoFile> files = new LinkedHashMap<>();
      for (WrittenSchema.Reference reference : schema.references()) {
        files.put(reference.name(), parsed(reference.name(), reference.text()));
      }
      String root = files.containsKey(ROOT) ? "weir/" + ROOT : ROOT;
      files.put(root, parsed(root, schema.text()));
      ErrorCollector errors = new ErrorCollector();
      Schema linked = new Linker(new Given(files), errors, true, true).link(files.values());
      errors.throwIfNonEmpty();
      return built(root, new FromText(linked), new HashMap<>());
    } catch (UnusableSchemaException e) {
      throw e;
    } catch (Exception e) {
      // Kotlin code: anything may come out of it, declared or not.
      throw unusable(e);
    }
  }

  /**
   * Returns the descriptor of the last file of a set: protoc writes those that it imports first.
   */
  static FileDescriptor ofDescriptorSet(byte[] bytes) throws UnusableSchemaException {
    try {
      Map<String, FileDescriptorProto> files = new LinkedHashMap<>();
      String last = "";
      for (FileDescriptorProto file : FileDescriptorSet.parseFrom(bytes).getFileList()) {
        last = file.getName();
        files.put(last, file);
      }
      if (files.isEmpty()) {
        throw new UnusableSchemaException(
            RejectReason.UNUSABLE_SCHEMA, "is a descriptor set without a file");
      }
      return built(last, files::get, new HashMap<>());
    } catch (InvalidProtocolBufferException | DescriptorValidationException e) {
      throw unusable(e);
    }
  }

  private static UnusableSchemaException unusable(Exception e) {
    return new UnusableSchemaException(
        RejectReason.UNUSABLE_SCHEMA,
        "is no Protobuf schema: " + Excerpt.of(String.valueOf(e.getMessage())));
  }

  private static ProtoFile parsed(String path, String text) {
    return ProtoFile.Companion.get(
        new ProtoParser(Location.get(path), text.toCharArray()).readProtoFile());
  }

  /** Where the files of a schema are. */
  private interface Files {
    @Nullable FileDescriptorProto file(String path) throws InvalidProtocolBufferException;
  }

  private record FromText(Schema linked) implements Files {
    @Override
    public @Nullable FileDescriptorProto file(String path) throws InvalidProtocolBufferException {
      ProtoFile file = linked.protoFile(path);
      return file == null
          ? null
          : FileDescriptorProto.parseFrom(new SchemaEncoder(linked).encode(file).toByteArray());
    }
  }

  private static FileDescriptor built(String path, Files files, Map<String, FileDescriptor> done)
      throws UnusableSchemaException,
          DescriptorValidationException,
          InvalidProtocolBufferException {
    FileDescriptor known = done.get(path);
    if (known != null) {
      return known;
    }
    FileDescriptorProto file = files.file(path);
    if (file == null) {
      file = ofProtobufItself(path);
    }
    List<FileDescriptor> imports = new ArrayList<>();
    for (String imported : file.getDependencyList()) {
      imports.add(built(imported, files, done));
    }
    FileDescriptor built = FileDescriptor.buildFrom(file, imports.toArray(FileDescriptor[]::new));
    done.put(path, built);
    return built;
  }

  private static FileDescriptorProto ofProtobufItself(String path) throws UnusableSchemaException {
    FileDescriptor own =
        switch (path) {
          case "google/protobuf/any.proto" -> com.google.protobuf.AnyProto.getDescriptor();
          case "google/protobuf/descriptor.proto" ->
              com.google.protobuf.DescriptorProtos.getDescriptor();
          case "google/protobuf/duration.proto" ->
              com.google.protobuf.DurationProto.getDescriptor();
          case "google/protobuf/empty.proto" -> com.google.protobuf.EmptyProto.getDescriptor();
          case "google/protobuf/field_mask.proto" ->
              com.google.protobuf.FieldMaskProto.getDescriptor();
          case "google/protobuf/struct.proto" -> com.google.protobuf.StructProto.getDescriptor();
          case "google/protobuf/timestamp.proto" ->
              com.google.protobuf.TimestampProto.getDescriptor();
          case "google/protobuf/wrappers.proto" ->
              com.google.protobuf.WrappersProto.getDescriptor();
          default ->
              throw new UnusableSchemaException(
                  RejectReason.UNUSABLE_SCHEMA,
                  "imports " + Excerpt.of(path) + ", which is not there");
        };
    return own.toProto();
  }

  /** The files that were given, and those of Protobuf itself. */
  private record Given(Map<String, ProtoFile> files) implements Loader {
    @Override
    public ProtoFile load(String path) {
      ProtoFile given = files.get(path);
      return given == null ? CoreLoader.INSTANCE.load(path) : given;
    }

    @Override
    public Loader withErrors(ErrorCollector errors) {
      return this;
    }
  }
}
