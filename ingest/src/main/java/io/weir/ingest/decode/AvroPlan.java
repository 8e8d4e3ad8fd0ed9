package io.weir.ingest.decode;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.avro.Schema;

/**
 * How the values of one Avro schema are read: its fields in their order, each with its role.
 *
 * @param fields the fields of the record
 * @param withMembers whether fields of their own make up the payload
 */
record AvroPlan(List<Part> fields, boolean withMembers) {
  private static final Set<Schema.Type> OBJECTS = EnumSet.of(Schema.Type.RECORD, Schema.Type.MAP);

  /** One field. */
  record Part(FieldRole role, String name, Schema schema) {}

  /** Reads the schema and looks for what we need. */
  static AvroPlan of(WrittenSchema written, String vectorField) throws UnusableSchemaException {
    if (!written.type().equals(WrittenSchema.AVRO)) {
      throw unusable("is of type " + Excerpt.of(written.type()) + ", not AVRO");
    }
    Schema schema;
    try {
      // Nothing is ever read by a default, so a bad one does not matter.
      Schema.Parser parser = new Schema.Parser().setValidateDefaults(false);
      for (WrittenSchema.Reference reference : written.references()) {
        var _ = parser.parse(reference.text());
      }
      schema = parser.parse(written.text());
    } catch (RuntimeException e) {
      // The parser throws many kinds, not all of them its own.
      throw unusable("is no Avro schema: " + Excerpt.of(String.valueOf(e.getMessage())));
    }
    if (schema.getType() != Schema.Type.RECORD) {
      throw unusable("is " + name(schema) + "; it must be a record");
    }
    List<Part> parts = new ArrayList<>();
    for (Schema.Field field : schema.getFields()) {
      parts.add(new Part(FieldRole.of(field.name(), vectorField), field.name(), field.schema()));
    }
    AvroPlan plan = new AvroPlan(List.copyOf(parts), has(parts, FieldRole.MEMBER));
    plan.check(schema.getFullName(), vectorField);
    return plan;
  }

  private void check(String schemaName, String vectorField) throws UnusableSchemaException {
    if (!has(fields, FieldRole.VECTOR)) {
      throw new UnusableSchemaException(
          RejectReason.SCHEMA_WITHOUT_VECTOR,
          "record " + schemaName + " has no field " + vectorField);
    }
    boolean withPayload = has(fields, FieldRole.PAYLOAD);
    for (Part part : fields) {
      for (Schema branch : branches(part.schema)) {
        boolean fits =
            switch (part.role) {
              case VECTOR -> isVector(branch);
              case ID ->
                  branch.getType() == Schema.Type.STRING
                      || branch.getType() == Schema.Type.INT
                      || branch.getType() == Schema.Type.LONG;
              case COLLECTION_NAME -> branch.getType() == Schema.Type.STRING;
              case PAYLOAD ->
                  OBJECTS.contains(branch.getType()) || branch.getType() == Schema.Type.STRING;
              case MEMBER -> !withPayload;
            };
        if (!fits) {
          throw misfit(part, branch);
        }
      }
    }
  }

  private static UnusableSchemaException misfit(Part part, Schema branch) {
    String found = "field " + part.name + " is " + name(branch);
    return switch (part.role) {
      case VECTOR ->
          new UnusableSchemaException(
              RejectReason.SCHEMA_WITHOUT_VECTOR,
              found
                  + "; it must be an array of float or double, or bytes or fixed with little-endian"
                  + " float32");
      case ID -> unusable(found + "; it must be a string, an int or a long");
      case COLLECTION_NAME -> unusable(found + "; it must be a string");
      case PAYLOAD -> unusable(found + "; it must be a record, a map or a string with JSON");
      case MEMBER ->
          new UnusableSchemaException(
              RejectReason.UNKNOWN_FIELD,
              "field "
                  + part.name
                  + " stands beside a field payload; put it into payload, or have no field payload");
    };
  }

  private static boolean isVector(Schema schema) {
    return switch (schema.getType()) {
      case BYTES, FIXED -> true;
      case ARRAY ->
          schema.getElementType().getType() == Schema.Type.FLOAT
              || schema.getElementType().getType() == Schema.Type.DOUBLE;
      default -> false;
    };
  }

  /** The schema itself, of a union all branches but null. */
  private static List<Schema> branches(Schema schema) {
    return schema.isUnion()
        ? schema.getTypes().stream().filter(branch -> branch.getType() != Schema.Type.NULL).toList()
        : List.of(schema);
  }

  private static boolean has(List<Part> parts, FieldRole role) {
    return parts.stream().anyMatch(part -> part.role == role);
  }

  private static String name(Schema schema) {
    return schema.getType() == Schema.Type.ARRAY
        ? "array of " + schema.getElementType().getType().getName()
        : schema.getType().getName();
  }

  private static UnusableSchemaException unusable(String detail) {
    return new UnusableSchemaException(RejectReason.UNUSABLE_SCHEMA, detail);
  }
}
