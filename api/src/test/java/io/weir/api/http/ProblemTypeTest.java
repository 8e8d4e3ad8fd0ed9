package io.weir.api.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ProblemTypeTest {

  @Test
  void everyTypeHasAReferenceOfItsOwn() {
    long references =
        Arrays.stream(ProblemType.values()).map(ProblemType::reference).distinct().count();
    assertEquals(ProblemType.values().length, references);
  }
}
