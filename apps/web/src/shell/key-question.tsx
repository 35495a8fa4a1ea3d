import { Button, PasswordInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { keepKeyInTab, keyOfTab } from '../ask/key.js';

/** Asks for the API key where one is needed. It stays in this tab. */
export function KeyQuestion() {
  const [key, setKey] = useState('');
  const refused = keyOfTab() !== undefined;
  const keep = (event: FormEvent): void => {
    event.preventDefault();
    keepKeyInTab(key.trim());
    location.reload();
  };
  return (
    <form onSubmit={keep} className="card" style={{ maxWidth: 460, margin: '12vh auto' }}>
      <h1>Your key, please</h1>
      <p className="note" style={{ margin: '8px 0 16px' }}>
        This Bellwether answers to API keys. Yours comes from its operator and stays in this tab until you close it.
      </p>
      <PasswordInput
        label="API key"
        value={key}
        onChange={(event) => setKey(event.currentTarget.value)}
        error={refused ? 'The key that was tried is not known here' : undefined}
        autoComplete="off"
      />
      <Button type="submit" mt="md" disabled={key.trim() === ''}>
        Continue
      </Button>
    </form>
  );
}
