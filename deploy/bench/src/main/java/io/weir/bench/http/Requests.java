package io.weir.bench.http;

import java.nio.charset.StandardCharsets;

/** The bytes of requests to one collection. */
public final class Requests {
  private static final String HEAD = " HTTP/1.1\r\nhost: 127.0.0.1\r\n";

  /** Asks whether it lives. */
  public static final byte[] LIVE = ascii("GET /livez" + HEAD + "\r\n");

  private final String collection;

  /** Requests to the collection of that name. */
  public Requests(String collection) {
    this.collection = "/v1/collections/" + collection;
  }

  /** The body that asks for the {@code k} rows that are nearest to a vector. */
  public static String searchBody(float[] vector, int k) {
    return "{\"k\":" + k + ",\"vector\":" + numbers(vector) + "}";
  }

  private static String numbers(float[] vector) {
    StringBuilder numbers = new StringBuilder("[");
    for (int i = 0; i < vector.length; i++) {
      numbers.append(i == 0 ? "" : ",").append(vector[i]);
    }
    return numbers.append("]").toString();
  }

  /** Asks for the {@code k} rows that are nearest to a vector. */
  public byte[] search(float[] vector, int k) {
    return post("/search", searchBody(vector, k));
  }

  /** Asks for events of the rows whose score with a vector is not below a threshold. */
  public byte[] watch(float[] vector, double threshold) {
    return post("/watch", "{\"threshold\":" + threshold + ",\"vector\":" + numbers(vector) + "}");
  }

  private byte[] post(String path, String body) {
    return ascii(
        "POST "
            + collection
            + path
            + HEAD
            + "content-type: application/json\r\ncontent-length: "
            + body.length()
            + "\r\n\r\n"
            + body);
  }

  /**
   * Asks for the row of a key.
   *
   * @param key letters, digits and hyphens
   * @param withVector whether its vector is wanted, too
   */
  public byte[] get(String key, boolean withVector) {
    return ascii(
        "GET "
            + collection
            + "/vectors/"
            + key
            + (withVector ? "" : "?withVector=false")
            + HEAD
            + "\r\n");
  }

  private static byte[] ascii(String request) {
    return request.getBytes(StandardCharsets.US_ASCII);
  }
}
