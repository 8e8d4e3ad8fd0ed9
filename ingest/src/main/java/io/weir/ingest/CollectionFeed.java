package io.weir.ingest;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which topic feeds a collection, and how.
 *
 * @param collection name of a collection that is declared in the store
 * @param topic the topic whose partitions are the collection's shards
 * @param format how its values hold vectors
 * @param deadLetterTopic where rejected records go; empty: they are counted, logged once a reason,
 *     and passed
 */
public record CollectionFeed(
    String collection, String topic, RecordFormat format, Optional<String> deadLetterTopic) {

  private static final Pattern TOPIC_NAME = Pattern.compile("[a-zA-Z0-9._-]{1,249}");

  /** Checks the names of the topics. */
  public CollectionFeed {
    requireTopicName(collection, topic);
    deadLetterTopic.ifPresent(name -> requireTopicName(collection, name));
    if (deadLetterTopic.isPresent() && deadLetterTopic.get().equals(topic)) {
      throw new IllegalArgumentException(
          "collection " + collection + ": the dead-letter topic is the topic " + topic + " itself");
    }
  }

  private static void requireTopicName(String collection, String topic) {
    if (!TOPIC_NAME.matcher(topic).matches() || topic.equals(".") || topic.equals("..")) {
      throw new IllegalArgumentException(
          "collection "
              + collection
              + ": topic name '"
              + topic
              + "'; allowed are 1 to 249 characters of a-z A-Z 0-9 . _ -");
    }
  }
}
