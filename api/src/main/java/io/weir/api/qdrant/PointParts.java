package io.weir.api.qdrant;

import io.weir.api.json.JsonRequest;
import io.weir.api.json.StoreJson;
import io.weir.storage.query.StoredRow;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * What of a point is wanted beside its id. Vectors go out as they were sent, also under cosine,
 * where Qdrant would return them with the length 1.
 *
 * @param payload what of its payload
 * @param vector whether its vector
 */
record PointParts(PayloadSelection payload, boolean vector) {

  /** All of a point. */
  static final PointParts ALL = new PointParts(new PayloadSelection.Whole(), true);

  static final String WITH_PAYLOAD = "with_payload";
  static final String WITH_VECTOR = "with_vector";
  private static final String PAYLOAD = "payload";

  /** Reads {@code with_vector}: true, false, or an array of names of vectors. */
  static boolean vector(JsonParser json) {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      return JsonRequest.flag(json);
    }
    boolean[] wanted = {false};
    JsonRequest.array(
        json,
        1,
        _ ->
            element -> {
              checkName(JsonRequest.text(element, WITH_VECTOR), WITH_VECTOR);
              wanted[0] = true;
            });
    return wanted[0];
  }

  /** Checks the name of a vector: each row has one, without a name. */
  static void checkName(String name, String property) {
    if (!name.isEmpty()) {
      throw PointProperties.unsupported(
          property + " '" + name + "'", "each row has one vector, which has no name");
    }
  }

  /** Writes the properties of a row. */
  void write(JsonGenerator json, StoredRow row) {
    byte[] sent = row.payload();
    switch (payload) {
      case PayloadSelection.None _ -> {}
      case PayloadSelection.Whole _ -> {
        json.writeName(PAYLOAD);
        if (sent.length == 0) {
          json.writeRawValue("{}");
        } else {
          StoreJson.sentPayload(json, sent);
        }
      }
      case PayloadSelection.Only(List<String> paths) -> copy(json, sent, paths, true);
      case PayloadSelection.Without(List<String> paths) -> copy(json, sent, paths, false);
    }
    if (vector) {
      StoreJson.vector(json, row.vector());
    }
  }

  private static void copy(JsonGenerator json, byte[] sent, List<String> paths, boolean only) {
    json.writeName(PAYLOAD);
    if (sent.length == 0) {
      json.writeRawValue("{}");
    } else {
      PayloadCopy.write(json, sent, paths, only);
    }
  }
}
