package io.weir.deploy.demo;

import java.util.List;

/**
 * One method of the JDK's public API.
 *
 * @param key the method's unique name, such as {@code java.util.Map#computeIfAbsent(K,Function)};
 *     see {@link JdkApi} for how it is made
 * @param module the module, such as {@code java.base}
 * @param packageName the package
 * @param className the class without its package, nested ones with dots: {@code Map.Entry}
 * @param name the method's name
 * @param parameterTypes simple names of the parameters' types, type arguments left out
 * @param returnType the return type in the same way
 * @param kind what sort of method it is
 */
record JdkMethod(
    String key,
    String module,
    String packageName,
    String className,
    String name,
    List<String> parameterTypes,
    String returnType,
    Kind kind) {

  /** Sorts of methods. */
  enum Kind {
    STATIC("static method"),
    ABSTRACT("abstract method"),
    DEFAULT("default method"),
    INSTANCE("instance method");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    /** The words for people. */
    String text() {
      return text;
    }
  }
}
