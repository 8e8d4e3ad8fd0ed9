package io.weir.api.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * The description of the API, against which answers are held: their status, their media type, their
 * body.
 */
public final class Contract {

  /** The one that is served. */
  public static final Contract SERVED = new Contract();

  private static final JsonMapper JSON = new JsonMapper();

  /** Lists of problems in the document: {@link #OF_ANY} every operation has, others some. */
  private static final String PROBLEMS = "x-problems";

  private static final String OF_ANY = "any";

  private final JsonNode document;
  private final Map<JsonNode, Schema> schemas = new HashMap<>();
  private final SchemaRegistry registry =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

  private Contract() {
    try (InputStream yaml =
        Objects.requireNonNull(Contract.class.getResourceAsStream("/io/weir/api/openapi.yaml"))) {
      document = new YAMLMapper().readTree(yaml);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The document. */
  public JsonNode document() {
    return document;
  }

  /** Methods and paths, such as {@code GET /v1/stats}. */
  public Set<String> operations() {
    Set<String> operations = new TreeSet<>();
    for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
      for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
        if (!method.getKey().equals("parameters")) {
          operations.add(method.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey());
        }
      }
    }
    return operations;
  }

  /** What the document says of an operation. */
  public JsonNode operation(String operation) {
    String[] parts = operation.split(" ", 2);
    return document.path("paths").path(parts[1]).path(parts[0].toLowerCase(Locale.ROOT));
  }

  /** Operations with the statuses that they name, such as {@code GET /v1/stats 200}. */
  public Set<String> statuses() {
    Set<String> statuses = new TreeSet<>();
    for (String operation : operations()) {
      for (String status : operation(operation).path("responses").propertyNames()) {
        if (!status.equals("default")) {
          statuses.add(operation + " " + status);
        }
      }
    }
    return statuses;
  }

  /** Types of problems that only some operations have, as an operation lists them. */
  public Set<String> ownProblems(String operation) {
    Set<String> own = new TreeSet<>();
    for (JsonNode name : operation(operation).path(PROBLEMS)) {
      if (!document.path(PROBLEMS).has(name.asString())) {
        own.add(type(name));
      }
    }
    return own;
  }

  /** All types of problems that an operation may answer. */
  public Set<String> problems(String operation) {
    Set<String> all = new TreeSet<>(ownProblems(operation));
    all.addAll(sharedProblems(OF_ANY));
    for (JsonNode name : operation(operation).path(PROBLEMS)) {
      all.addAll(sharedProblems(name.asString()));
    }
    return all;
  }

  /** Types of problems that the document names, of whatever operations. */
  public Set<String> problems() {
    Set<String> all = new TreeSet<>();
    document.path(PROBLEMS).propertyNames().forEach(list -> all.addAll(sharedProblems(list)));
    operations().forEach(operation -> all.addAll(ownProblems(operation)));
    return all;
  }

  private Set<String> sharedProblems(String list) {
    Set<String> shared = new TreeSet<>();
    document.path(PROBLEMS).path(list).forEach(name -> shared.add(type(name)));
    return shared;
  }

  private static String type(JsonNode name) {
    return "/problems/" + name.asString();
  }

  /** The operation that serves a path, if the document has one. */
  public Optional<String> operationOf(String method, String rawPath) {
    String wanted = method.equals("HEAD") ? "GET" : method;
    List<String> found = new ArrayList<>();
    for (String operation : operations()) {
      String[] parts = operation.split(" ", 2);
      if (parts[0].equals(wanted) && matches(parts[1], rawPath)) {
        found.add(operation);
      }
    }
    // A path that is written out goes before one with a parameter in its place.
    return found.stream().min((one, other) -> count(one) - count(other));
  }

  private static int count(String operation) {
    return (int) operation.chars().filter(c -> c == '{').count();
  }

  private static boolean matches(String template, String path) {
    String[] expected = template.split("/", -1);
    String[] actual = path.split("/", -1);
    if (expected.length != actual.length) {
      return false;
    }
    for (int i = 0; i < expected.length; i++) {
      boolean parameter = expected[i].startsWith("{") && !actual[i].isEmpty();
      if (!parameter && !expected[i].equals(actual[i])) {
        return false;
      }
    }
    return true;
  }

  /** Fails unless an answer is one that the document describes. */
  public void check(String method, String rawPath, int status, String contentType, String body) {
    if (method.equals("HEAD")) {
      return;
    }
    Optional<String> operation = operationOf(method, rawPath);
    if (operation.isEmpty()) {
      assertTrue(status >= 400, () -> method + " " + rawPath + " is served but not described");
      checkFailure(rawPath, body);
      return;
    }
    JsonNode responses = operation(operation.get()).path("responses");
    JsonNode named = responses.path(Integer.toString(status));
    JsonNode response = resolved(named.isMissingNode() ? responses.path("default") : named);
    String what = operation.get() + " " + status;
    assertTrue(
        status >= 400 || !named.isMissingNode(), () -> what + " is answered but not described");
    String type = contentType.split(";", 2)[0];
    JsonNode content = response.path("content").path(type);
    assertTrue(!content.isMissingNode(), () -> what + " as " + type + " is not described");
    if (status >= 400 && !isQdrants(rawPath)) {
      String problem = JSON.readTree(body).path("type").asString();
      assertTrue(
          problems(operation.get()).contains(problem),
          () -> problem + " of " + what + " is answered but not described");
    }
    if (type.equals("application/json") || type.equals("application/problem+json")) {
      checkValue(what, content.path("schema"), JSON.readTree(body));
    } else if (type.endsWith("ndjson")) {
      body.lines().forEach(line -> checkValue(what, content.path("schema"), JSON.readTree(line)));
    }
  }

  /** Fails unless a text is what a failure under a path is told with. */
  public void checkFailure(String rawPath, String body) {
    if (isQdrants(rawPath)) {
      checkValue("error", document.at("/components/schemas/QdrantError"), JSON.readTree(body));
    } else {
      checkProblem(body);
    }
  }

  /** Whether a path is one that clients of Qdrant have. */
  public static boolean isQdrants(String rawPath) {
    return rawPath.matches("/(collections|aliases|cluster|snapshots|telemetry)(/.*)?");
  }

  /** Fails unless a text is a problem document as the contract describes it. */
  public void checkProblem(String body) {
    checkValue(
        "problem",
        document
            .at("/components/responses/Problem/content")
            .path("application/problem+json")
            .path("schema"),
        JSON.readTree(body));
  }

  /** Fails unless a value is as a schema of the document says. */
  public void checkValue(String what, JsonNode schema, JsonNode value) {
    List<Error> errors = schema(schema).validate(value);
    assertEquals(List.of(), errors.stream().map(Error::toString).toList(), what + ": " + value);
  }

  /** References lead into the document: a schema is made one with its components. */
  private synchronized Schema schema(JsonNode schema) {
    return schemas.computeIfAbsent(
        schema,
        _ -> {
          ObjectNode whole = ((ObjectNode) schema).deepCopy();
          whole.set("components", document.path("components"));
          return registry.getSchema(whole);
        });
  }

  /** What a reference leads to, or the node itself. */
  public JsonNode resolved(JsonNode node) {
    JsonNode reference = node.path("$ref");
    return reference.isMissingNode() ? node : document.at(reference.asString().substring(1));
  }
}
