package io.weir.ingest;

import io.weir.storage.record.VectorSchema;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Feeds a collection from each topic whose name matches, found at the start or while Weir runs.
 *
 * <p>In {@code collection}, <code>{topic}</code> stands for the topic's name and <code>{1}</code>
 * to <code>{9}</code> for what the groups of the expression matched; in {@code deadLetterTopic},
 * <code>
 * {topic}</code> does.
 *
 * @param regex the whole name has to match; a Java regular expression
 * @param collection template of the collections' names
 * @param schema dimension and metric of each
 * @param like a feed that theirs are like, but for the names of topics and collection; it has a
 *     dead-letter topic where they have
 * @param deadLetterTopic template of the names of the topics where rejected records go; what has
 *     such a name is never fed from
 */
public record TopicPattern(
    String regex,
    String collection,
    VectorSchema schema,
    CollectionFeed like,
    Optional<String> deadLetterTopic) {

  private static final String TOPIC = "{topic}";
  private static final String TOPIC_PLACE = "topic";
  private static final Pattern PLACE = Pattern.compile("\\{(topic|[1-9])}");

  /** Checks the expression and the templates. */
  public TopicPattern {
    int groups;
    try {
      groups = Pattern.compile(regex).matcher("").groupCount();
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "topics-regex '" + regex + "' is no regular expression: " + e.getDescription(), e);
    }
    Matcher places = PLACE.matcher(collection);
    boolean varies = false;
    while (places.find()) {
      varies = true;
      String place = Objects.requireNonNull(places.group(1), "it matches");
      if (!place.equals(TOPIC_PLACE) && Integer.parseInt(place) > groups) {
        throw new IllegalArgumentException(
            "collection name '"
                + collection
                + "' speaks of group "
                + place
                + "; topics-regex '"
                + regex
                + "' has "
                + groups);
      }
    }
    if (!varies) {
      throw new IllegalArgumentException(
          "collection name '"
              + collection
              + "' is the same for all topics of topics-regex '"
              + regex
              + "'; it needs {topic} or {1} to {9}");
    }
    deadLetterTopic.ifPresent(template -> {
      if (template.equals(TOPIC) || template.split(Pattern.quote(TOPIC), -1).length != 2) {
        throw new IllegalArgumentException(
            "dead-letter topic '"
                + template
                + "' of topics-regex '"
                + regex
                + "'; it needs {topic} once, and something beside it");
      }
    });
  }

  /** The feed of a topic, if its name matches and is not that of a dead-letter topic. */
  Optional<CollectionFeed> feed(String topic) {
    return collectionOf(topic)
        .map(name ->
            like.withNames(
                name, topic, deadLetterTopic.map(template -> template.replace(TOPIC, topic))));
  }

  private Optional<String> collectionOf(String topic) {
    Matcher matcher = Pattern.compile(regex).matcher(topic);
    if (!matcher.matches() || isDeadLetterTopic(topic)) {
      return Optional.empty();
    }
    return Optional.of(
        PLACE
            .matcher(collection)
            .replaceAll(place -> {
              String which = Objects.requireNonNull(place.group(1), "it matches");
              String text =
                  which.equals(TOPIC_PLACE) ? topic : matcher.group(Integer.parseInt(which));
              return Matcher.quoteReplacement(text == null ? "" : text);
            }));
  }

  /**
   * Whether a topic that matches may feed a collection of that name. Where the template does not
   * name the topic it may be said of too many: what groups match could be anything.
   */
  boolean mayFeed(String name) {
    StringBuilder expression = new StringBuilder();
    Set<String> groups = new HashSet<>();
    Matcher places = PLACE.matcher(collection);
    int literal = 0;
    while (places.find()) {
      String place = Objects.requireNonNull(places.group(1), "it matches");
      String group = place.equals(TOPIC_PLACE) ? TOPIC_PLACE : "group" + place;
      expression
          .append(Pattern.quote(collection.substring(literal, places.start())))
          .append(groups.add(group) ? "(?<" + group + ">.*)" : "\\k<" + group + ">");
      literal = places.end();
    }
    expression.append(Pattern.quote(collection.substring(literal)));
    Matcher matcher = Pattern.compile(expression.toString()).matcher(name);
    return matcher.matches()
        && (!groups.contains(TOPIC_PLACE)
            || collectionOf(Objects.requireNonNull(matcher.group(TOPIC_PLACE), "it matches"))
                .equals(Optional.of(name)));
  }

  /**
   * Whether a topic has the name of a dead-letter topic of one that matches, be there one or not.
   */
  boolean isDeadLetterTopic(String topic) {
    if (deadLetterTopic.isEmpty()) {
      return false;
    }
    String[] around = deadLetterTopic.get().split(Pattern.quote(TOPIC), -1);
    return topic.length() > around[0].length() + around[1].length()
        && topic.startsWith(around[0])
        && topic.endsWith(around[1])
        && Pattern.matches(
            regex, topic.substring(around[0].length(), topic.length() - around[1].length()));
  }
}
