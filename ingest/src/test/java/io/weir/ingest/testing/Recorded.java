package io.weir.ingest.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/** A flight recording of one kind of event, from when it is made until it is read. */
public final class Recorded implements AutoCloseable {
  private final Recording recording = new Recording();
  private final String event;

  /** Begins to record. */
  public Recorded(String event) {
    this.event = event;
    recording.enable(event).withoutThreshold();
    recording.start();
  }

  /** Stops recording and returns what was recorded, in the order of its ends. */
  public List<RecordedEvent> stop() throws IOException {
    recording.stop();
    Path file = Files.createTempFile("weir", ".jfr");
    try {
      recording.dump(file);
      return RecordingFile.readAllEvents(file).stream()
          .filter(recorded -> recorded.getEventType().getName().equals(event))
          .toList();
    } finally {
      Files.delete(file);
    }
  }

  @Override
  public void close() {
    recording.close();
  }
}
