"""The parts of the app: session, cached calls, components, messages, views. Streamlit lives here."""
