package io.weir.ingest.decode;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import java.util.List;
import java.util.Optional;

/**
 * How the values of one Protobuf message are read.
 *
 * @param message the message
 * @param vector its field with the vector
 * @param withMembers whether fields of their own make up the payload
 */
record ProtobufPlan(
    Descriptor message, FieldDescriptor vector, String vectorField, boolean withMembers) {

  /** Finds the message by its way through the file. */
  static ProtobufPlan of(WrittenSchema schema, List<Integer> way, String vectorField)
      throws UnusableSchemaException {
    if (!schema.type().equals(WrittenSchema.PROTOBUF)) {
      throw unusable("is of type " + Excerpt.of(schema.type()) + ", not PROTOBUF");
    }
    FileDescriptor file = ProtobufSchemas.ofText(schema);
    List<Descriptor> messages = file.getMessageTypes();
    Descriptor message = null;
    for (int index : way) {
      if (index >= messages.size()) {
        throw unusable("has no message with indexes " + way);
      }
      message = messages.get(index);
      messages = message.getNestedTypes();
    }
    if (message == null) {
      throw unusable("has no message without an index");
    }
    return of(message, vectorField);
  }

  /** Finds the message by its name, or as the only one. */
  static ProtobufPlan of(FileDescriptor file, Optional<String> name, String vectorField)
      throws UnusableSchemaException {
    List<String> names = file.getMessageTypes().stream().map(Descriptor::getFullName).toList();
    if (name.isEmpty() && names.size() != 1) {
      throw unusable("has messages " + names + "; set message to the full name of one");
    }
    String wanted = name.orElseGet(names::getFirst);
    for (Descriptor message : file.getMessageTypes()) {
      Descriptor found = within(message, wanted);
      if (found != null) {
        return of(found, vectorField);
      }
    }
    throw unusable("has no message " + wanted + "; it has " + names);
  }

  private static @org.jspecify.annotations.Nullable Descriptor within(
      Descriptor message, String name) {
    if (message.getFullName().equals(name)) {
      return message;
    }
    for (Descriptor nested : message.getNestedTypes()) {
      Descriptor found = within(nested, name);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private static ProtobufPlan of(Descriptor message, String vectorField)
      throws UnusableSchemaException {
    FieldDescriptor vector = message.findFieldByName(vectorField);
    if (vector == null) {
      throw new UnusableSchemaException(
          RejectReason.SCHEMA_WITHOUT_VECTOR,
          "message " + message.getFullName() + " has no field " + vectorField);
    }
    boolean withPayload = false;
    boolean withMembers = false;
    for (FieldDescriptor field : message.getFields()) {
      FieldRole role = FieldRole.of(field.getName(), vectorField);
      withPayload |= role == FieldRole.PAYLOAD;
      withMembers |= role == FieldRole.MEMBER;
      check(field, role);
    }
    if (withPayload && withMembers) {
      String beside =
          message.getFields().stream()
              .map(FieldDescriptor::getName)
              .filter(name -> FieldRole.of(name, vectorField) == FieldRole.MEMBER)
              .findFirst()
              .orElseThrow();
      throw new UnusableSchemaException(
          RejectReason.UNKNOWN_FIELD,
          "field "
              + beside
              + " stands beside a field payload; put it into payload, or have no field payload");
    }
    return new ProtobufPlan(message, vector, vectorField, withMembers);
  }

  private static void check(FieldDescriptor field, FieldRole role) throws UnusableSchemaException {
    String found = "field " + field.getName() + " is " + name(field);
    boolean single = !field.isRepeated();
    switch (role) {
      case VECTOR -> {
        boolean fits =
            field.getType() == FieldDescriptor.Type.BYTES
                ? single
                : !single
                    && (field.getType() == FieldDescriptor.Type.FLOAT
                        || field.getType() == FieldDescriptor.Type.DOUBLE);
        if (!fits) {
          throw new UnusableSchemaException(
              RejectReason.SCHEMA_WITHOUT_VECTOR,
              found + "; it must be repeated float or double, or bytes with little-endian float32");
        }
      }
      case ID -> {
        boolean fits =
            switch (field.getJavaType()) {
              case STRING, INT, LONG -> single;
              default -> false;
            };
        if (!fits) {
          throw unusable(found + "; it must be a string or an integer");
        }
      }
      case COLLECTION_NAME -> {
        if (!single || field.getType() != FieldDescriptor.Type.STRING) {
          throw unusable(found + "; it must be a string");
        }
      }
      case PAYLOAD -> {
        boolean fits =
            field.isMapField()
                || (single
                    && (field.getType() == FieldDescriptor.Type.STRING
                        || (field.getType() == FieldDescriptor.Type.MESSAGE
                            && ProtobufJson.isObject(field.getMessageType()))));
        if (!fits) {
          throw unusable(
              found
                  + "; it must be a message, a map, a google.protobuf.Struct or a string with JSON");
        }
      }
      case MEMBER -> {}
    }
  }

  private static String name(FieldDescriptor field) {
    return (field.isRepeated() ? "repeated " : "")
        + field.getType().name().toLowerCase(java.util.Locale.ROOT);
  }

  private static UnusableSchemaException unusable(String detail) {
    return new UnusableSchemaException(RejectReason.UNUSABLE_SCHEMA, detail);
  }
}
