package io.weir.ingest.decode;

import io.weir.ingest.decode.DecodeResult.Rejected;
import io.weir.ingest.decode.DecodeResult.Waiting;
import io.weir.ingest.poll.RawRecord;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a format has made of the schemas that its values name; each is made once. */
final class RegistryPlans<P> implements SchemaPlans<P> {
  private static final int MAX_PLANS = 1_000;

  /** A plan, or what a value gets that has none. */
  private sealed interface Found<P> {
    /** How to read the value. */
    record Plan<P>(P plan) implements Found<P> {}

    /** Why it cannot be read, or not yet. */
    record None<P>(DecodeResult result) implements Found<P> {}
  }

  private record Name(SchemaId id, List<Integer> messageIndexes) {}

  private final SchemaSource.Registry registry;
  private final boolean withIndexes;
  private final Planner<P> planner;
  private final Map<Name, Found<P>> plans =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Name, Found<P>> eldest) {
          return size() > MAX_PLANS;
        }
      };

  RegistryPlans(SchemaSource.Registry registry, boolean withIndexes, Planner<P> planner) {
    this.registry = registry;
    this.withIndexes = withIndexes;
    this.planner = planner;
  }

  @Override
  public DecodeResult read(RawRecord source, byte[] value, int from, int to, Reader<P> reader)
      throws MalformedValueException {
    SchemaFraming framing = SchemaFraming.read(source, value, from, to, withIndexes);
    return switch (find(framing)) {
      case Found.Plan<P>(P plan) -> reader.read(plan, framing.dataFrom());
      case Found.None<P>(DecodeResult result) -> result;
    };
  }

  private Found<P> find(SchemaFraming framing) {
    Name name = new Name(framing.id(), framing.indexes());
    Found<P> made = plans.get(name);
    if (made != null) {
      return made;
    }
    return switch (registry.find(framing.id())) {
      case SchemaSource.Answer.Known(WrittenSchema schema) -> {
        Found<P> making = make(name, schema);
        plans.put(name, making);
        yield making;
      }
      // Not kept: it may be registered later.
      case SchemaSource.Answer.Unknown(String detail) ->
          new Found.None<>(new Rejected(RejectReason.UNKNOWN_SCHEMA, Excerpt.of(detail)));
      case SchemaSource.Answer.Unanswered(var again, String error) ->
          new Found.None<>(new Waiting(again, error));
    };
  }

  private Found<P> make(Name name, WrittenSchema schema) {
    try {
      return new Found.Plan<>(planner.plan(schema, name.messageIndexes()));
    } catch (UnusableSchemaException e) {
      Rejected why = e.rejected();
      return new Found.None<>(
          new Rejected(why.reason(), "schema " + name.id() + ": " + why.detail()));
    }
  }
}
