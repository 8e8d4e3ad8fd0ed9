package io.weir.ingest.registry;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * What a registry says, as far as we need it: of a schema its text, of an error its number.
 *
 * @param schema the schema; null in an error
 * @param schemaType what it is a schema of; registries leave it out for Avro
 * @param references what it refers to
 * @param errorCode number of the error; 0 where there is none
 * @param message the error in words
 */
record RegistryAnswer(
    @Nullable String schema,
    String schemaType,
    List<Reference> references,
    int errorCode,
    String message) {
  private static final JsonFactory JSON = JsonFactory.builder().build();

  /** The name by which a schema refers to another, and where the registry has that. */
  record Reference(String name, String subject, int version) {}

  /** Reads an answer's body; null if it is not JSON as registries write it. */
  static @Nullable RegistryAnswer read(String body) {
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), body)) {
      return json.nextToken() == JsonToken.START_OBJECT ? read(json) : null;
    } catch (JacksonException e) {
      return null;
    }
  }

  private static RegistryAnswer read(JsonParser json) {
    String schema = null;
    String schemaType = "AVRO";
    List<Reference> references = List.of();
    int errorCode = 0;
    String message = "";
    for (String name = json.nextName(); name != null; name = json.nextName()) {
      JsonToken token = json.nextToken();
      switch (name) {
        case "schema" -> schema = text(json, token);
        case "schemaType" -> schemaType = text(json, token, schemaType);
        case "error_code" -> errorCode = number(json, token);
        case "message" -> message = text(json, token, "");
        case "references" -> references = references(json, token);
        default -> json.skipChildren();
      }
    }
    return new RegistryAnswer(schema, schemaType, references, errorCode, message);
  }

  private static List<Reference> references(JsonParser json, JsonToken token) {
    List<Reference> references = new ArrayList<>();
    if (token != JsonToken.START_ARRAY) {
      json.skipChildren();
      return references;
    }
    while (json.nextToken() == JsonToken.START_OBJECT) {
      String name = "";
      String subject = "";
      int version = 0;
      for (String field = json.nextName(); field != null; field = json.nextName()) {
        JsonToken value = json.nextToken();
        switch (field) {
          case "name" -> name = text(json, value, "");
          case "subject" -> subject = text(json, value, "");
          case "version" -> version = number(json, value);
          default -> json.skipChildren();
        }
      }
      references.add(new Reference(name, subject, version));
    }
    return references;
  }

  private static int number(JsonParser json, JsonToken token) {
    if (token == JsonToken.VALUE_NUMBER_INT) {
      return json.getIntValue();
    }
    json.skipChildren();
    return 0;
  }

  private static @Nullable String text(JsonParser json, JsonToken token) {
    if (token == JsonToken.VALUE_STRING) {
      return json.getString();
    }
    json.skipChildren();
    return null;
  }

  private static String text(JsonParser json, JsonToken token, String otherwise) {
    String text = text(json, token);
    return text == null ? otherwise : text;
  }
}
