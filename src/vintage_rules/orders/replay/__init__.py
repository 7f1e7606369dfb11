"""The life of an order at once: what people, carriers and providers do in, what came of it out."""
